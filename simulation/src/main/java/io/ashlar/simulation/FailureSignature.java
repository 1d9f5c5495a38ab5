package io.ashlar.simulation;

/**
 * In what way a run failed, without what differs from run to run: two runs with equal signatures
 * have most likely failed for the same reason.
 */
final class FailureSignature {
  /** Too few commits: a run with fewer steps would fail in this way for another reason. */
  static final String TOO_LITTLE = "only # transactions were committed";

  private static final int CHARACTERS_MAX = 120;

  private FailureSignature() {}

  /** Null for a run that passed. */
  static String of(SimResult result) {
    if (result.passed()) {
      return null;
    }
    String what =
        switch (result.failureKind()) {
          case WRONG_ANSWER, STOOD_STILL -> beforeColon(result.failure());
          case CRASHED -> crash(result.failure());
          case NOT_REPEATABLE -> "";
          case BROKE_DOWN -> result.failure();
        };
    String plain = what.replaceAll("\\b[0-9a-f]*[0-9][0-9a-f]*\\b", "#").replaceAll("[0-9]+", "#");
    return result.failureKind()
        + " "
        + plain.substring(0, Math.min(plain.length(), CHARACTERS_MAX));
  }

  static boolean isTooLittle(String signature) {
    return signature.endsWith(TOO_LITTLE);
  }

  /** The name of the workload, or what did not end. */
  private static String beforeColon(String failure) {
    int colon = failure.indexOf(':');
    return colon < 0 ? failure : failure.substring(0, colon);
  }

  /** The role, and what it threw; of its message only what comes before the values in it. */
  private static String crash(String failure) {
    int at = failure.indexOf(" at ");
    int cause = failure.indexOf(" s: ", Math.max(at, 0));
    if (at < 0 || cause < 0) {
      return failure;
    }
    String who = failure.substring(0, at);
    String thrown = failure.substring(cause + 4);
    int colon = thrown.indexOf(": ");
    int values = colon < 0 ? -1 : thrown.indexOf(": ", colon + 2);
    return who.substring(who.indexOf(' ') + 1)
        + " "
        + (values < 0 ? thrown : thrown.substring(0, values));
  }
}
