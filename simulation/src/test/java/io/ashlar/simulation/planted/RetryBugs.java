package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.CLIENT;

import java.util.List;

/** Bugs of tries that follow another on the same transaction, and of a commit while it is read. */
final class RetryBugs {
  private static final String MODULE = "client";
  private static final String PACKAGE = "io.ashlar.client.";
  private static final String NEW_TRY =
      "      old.fail((AshlarException) error);\n      }\n      Attempt next = newAttempt(true);\n";

  private RetryBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        keepsTheWritesOfTheFailedTry(),
        keepsTheReadVersionOfTheFailedTry(),
        keepsTheCacheOfTheFailedTry(),
        laterTriesHaveNoReadConflicts(),
        timeoutHidesWhatMayStillCommit(),
        commitDoesNotWaitForReads());
  }

  private static PlantedBug keepsTheWritesOfTheFailedTry() {
    return PlantedBug.in(
            CLIENT,
            "a retry keeps the writes of the failed try",
            "What a try that was not committed has written is committed with the next one.")
        .edit(
            MODULE,
            PACKAGE + "Attempt",
            "  final WriteBuffer writes = new WriteBuffer();\n",
            "  WriteBuffer writes = new WriteBuffer();\n")
        .edit(
            MODULE,
            PACKAGE + "TransactionTries",
            NEW_TRY,
            NEW_TRY + "      next.writes = old.writes;\n")
        .after(
            "[FoundationDB Beta 1: a transaction whose commit had failed was not reset]"
                + "(https://apple.github.io/foundationdb/release-notes/release-notes-100.html)")
        .knownSeed(3);
  }

  private static PlantedBug keepsTheReadVersionOfTheFailedTry() {
    return PlantedBug.in(
            CLIENT,
            "a retry keeps the read version of the failed try",
            "The next try reads at the version of the one before, however old that is.")
        .edit(
            MODULE,
            PACKAGE + "TransactionTries",
            NEW_TRY,
            NEW_TRY
                + """
                        if (old.knownVersion >= 0) {
                          next.session.presetVersion(old.knownVersion);
                        }
                  """);
  }

  private static PlantedBug keepsTheCacheOfTheFailedTry() {
    return PlantedBug.in(
            CLIENT,
            "a retry keeps what the failed try has read",
            "The next try has a new read version, and takes what the one before has read for what"
                + " is there.")
        .edit(
            MODULE,
            PACKAGE + "Attempt",
            "  private SnapshotCache cache;\n",
            "  SnapshotCache cache;\n")
        .edit(
            MODULE,
            PACKAGE + "TransactionTries",
            NEW_TRY,
            NEW_TRY + "      next.cache = old.cache;\n");
  }

  private static PlantedBug laterTriesHaveNoReadConflicts() {
    return PlantedBug.in(
            CLIENT,
            "a retry has no read conflicts",
            "Only the first try of a transaction tells what it has read.")
        .edit(
            MODULE, PACKAGE + "TransactionTries", "  private long retries;\n", "  long retries;\n")
        .edit(
            MODULE,
            PACKAGE + "ClientTransaction",
            "    committing.readConflicts.encode(readConflicts);\n",
            """
                if (tries.retries == 0) {
                  committing.readConflicts.encode(readConflicts);
                }
            """);
  }

  private static PlantedBug timeoutHidesWhatMayStillCommit() {
    return PlantedBug.in(
            CLIENT,
            "a timeout hides that a commit may still come",
            "Who asks whether to go on after a commit that the timeout has left open hears of the"
                + " timeout alone, which says that nothing was committed.")
        .edit(
            MODULE,
            PACKAGE + "TransactionTries",
            "if (last.isMaybeCommitted() || last.code() == ErrorCode.MAY_STILL_COMMIT) {",
            "if (false) {")
        .runAs(RunAs.SHORT.workloads("api-fuzz,cycle"))
        .knownSeed(2);
  }

  private static PlantedBug commitDoesNotWaitForReads() {
    return PlantedBug.in(
            CLIENT,
            "a commit does not wait for reads that are under way",
            "A range read that has not ended when the commit is called is no read conflict.")
        .edit(
            MODULE,
            PACKAGE + "ClientTransaction",
            "      if (!attempt.hasPendingReads()) {\n",
            "      if (true) {\n")
        .edit(
            MODULE,
            PACKAGE + "ClientTransaction",
            "if (attempt.phase() == Attempt.Phase.COMMITTING && !attempt.hasPendingReads()) {",
            "if (false) {")
        .knownSeed(1);
  }
}
