package io.ashlar.simulation.check;

/** What became of a transaction, once the final data have told of those in doubt. */
final class Settlement {
  private Settlement() {}

  /**
   * Its place in the serial order, or null when it was not committed.
   *
   * @param what the transaction, in words
   * @param told its stamp if it was acknowledged, else null
   * @param found the stamp of its marker in the final data, null when it is not there
   * @param violations gets what does not fit together
   */
  static Stamp place(String what, Outcome outcome, Stamp told, Stamp found, Violations violations) {
    switch (outcome) {
      case COMMITTED -> {
        if (found == null) {
          violations.addLost(what + " was acknowledged and is not there");
        } else if (!found.equals(told)) {
          violations.add(what + " was acknowledged at " + told + " and is at " + found);
        }
        return told;
      }
      case FAILED, READ_ONLY -> {
        if (found != null) {
          violations.add(what + " (" + outcome + ") was applied at " + found);
        }
        return null;
      }
      default -> {
        return found;
      }
    }
  }
}
