package io.ashlar.simulation.planted;

import java.util.List;
import java.util.Locale;

/**
 * What became of one bug, as it stands in the table.
 *
 * @param runAs options of {@code ./ashlar sim}
 * @param firstSeed that caught it, 0 for none
 * @param needed runs from one catch to the next, the median of all catches; in words
 * @param how the runs ended
 * @param control what is wrong without the bug too; empty when all is well
 * @param found what the first catch said
 * @param seconds that it took
 */
record TableRow(
    String bug,
    String role,
    String removes,
    String after,
    String catcher,
    String runAs,
    long firstSeed,
    String needed,
    int runs,
    String how,
    String control,
    String found,
    long seconds) {
  static final String HEADER =
      "| bug | where | what is removed | after | caught by | runs made with | first seed | runs"
          + " needed | runs | how |";

  private static final int FOUND_LENGTH_MAX = 600;
  private static final String SEPARATOR = "\t";

  static TableRow of(Hunt hunt, RunAs runAs, long seconds) {
    PlantedBug bug = hunt.bug();
    String found = hunt.found();
    return new TableRow(
        bug.name(),
        bug.role().name().toLowerCase(Locale.ROOT).replace('_', ' '),
        bug.removes(),
        bug.after(),
        bug.catcher().toString(),
        runAs.toString(),
        hunt.firstSeed(),
        hunt.isCaught() ? String.format(Locale.ROOT, "%.1f", hunt.neededMedian()) : "none",
        hunt.runs(),
        hunt.how(),
        hunt.controlFailure() == null ? "" : hunt.controlFailure(),
        found.length() <= FOUND_LENGTH_MAX ? found : found.substring(0, FOUND_LENGTH_MAX) + "…",
        seconds);
  }

  boolean isCaught() {
    return firstSeed > 0;
  }

  String toMarkdown() {
    String seed = isCaught() ? Long.toString(firstSeed) : "**none**";
    String how = control.isEmpty() ? this.how : this.how + " **BUT " + control + "**";
    return "| "
        + String.join(
            " | ",
            List.of(
                bug,
                role,
                removes,
                after,
                catcher,
                runAs.isEmpty() ? "" : "`" + runAs + "`",
                seed,
                needed,
                Integer.toString(runs),
                how))
        + " |";
  }

  /** One line, to be read back by {@link #decode}. */
  String encode() {
    return String.join(
        SEPARATOR,
        List.of(
            bug,
            role,
            removes,
            after,
            catcher,
            runAs,
            Long.toString(firstSeed),
            needed,
            Integer.toString(runs),
            how,
            flat(control),
            flat(found),
            Long.toString(seconds)));
  }

  private static String flat(String text) {
    return text.replaceAll("[\\t\\r\\n]", " ");
  }

  static TableRow decode(String line) {
    String[] parts = line.split(SEPARATOR, -1);
    return new TableRow(
        parts[0],
        parts[1],
        parts[2],
        parts[3],
        parts[4],
        parts[5],
        Long.parseLong(parts[6]),
        parts[7],
        Integer.parseInt(parts[8]),
        parts[9],
        parts[10],
        parts[11],
        Long.parseLong(parts[12]));
  }
}
