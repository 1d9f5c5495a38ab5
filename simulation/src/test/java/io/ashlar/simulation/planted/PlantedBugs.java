package io.ashlar.simulation.planted;

import java.util.List;

/** All planted bugs, by role. */
final class PlantedBugs {
  private PlantedBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        resolverIgnoresRangeEnds(),
        resolverDropsIntraBatchCheck(),
        recoverySkipsTailCopy(),
        storageAnswersFutureVersion(),
        clientLosesReadConflictRange(),
        clientTreatsUnknownAsCommitted());
  }

  private static PlantedBug resolverIgnoresRangeEnds() {
    return PlantedBug.named(
            "resolver ignores a range's end",
            "Reads and writes of a range count as reads and writes of its first key alone.")
        .edit(
            "resolver",
            "io.ashlar.resolver.Route",
            "isSingle = cursor.isSingle();",
            "isSingle = true;")
        .caughtBy(12, 6);
  }

  private static PlantedBug resolverDropsIntraBatchCheck() {
    return PlantedBug.named(
            "resolver drops the intra-batch check",
            "A batch's writes are recorded only after all its transactions are decided.")
        .edit(
            "resolver",
            "io.ashlar.resolver.ConflictSet",
            """
                  if (verdict == Verdict.COMMITTED) {
                    record(readEnds[i], writeEnds[i]);
                  }
                  verdicts[from + i] = (byte) verdict.code();
                  readBegin = writeEnds[i];
                }
            """,
            """
                  verdicts[from + i] = (byte) verdict.code();
                  readBegin = writeEnds[i];
                }
                for (int i = 0; i < count; i++) {
                  if (verdicts[from + i] == Verdict.COMMITTED.code()) {
                    record(readEnds[i], writeEnds[i]);
                  }
                }
            """)
        .caughtBy(14, 6);
  }

  private static PlantedBug recoverySkipsTailCopy() {
    return PlantedBug.named(
            "recovery skips the tail copy",
            "New log servers begin at RV without what lies between the generation's begin and RV.")
        .edit(
            "log-servers",
            "io.ashlar.log.LogRecruiting",
            "if (recruit.old().generation().members().isEmpty()",
            "if (true || recruit.old().generation().members().isEmpty()")
        .caughtBy(6, 20);
  }

  private static PlantedBug storageAnswersFutureVersion() {
    return PlantedBug.named(
            "storage answers a future version at once",
            "A read at a version that has not arrived is answered with what there is.")
        .edit(
            "storage-servers",
            "io.ashlar.storage.StorageServer",
            "    if (version > map.latest()) {\n",
            "    if (false) {\n")
        .caughtBy(14, 3);
  }

  private static PlantedBug clientLosesReadConflictRange() {
    return PlantedBug.named(
            "client loses a read conflict range",
            "What a range read depends on is not among the transaction's read conflicts.")
        .edit(
            "client",
            "io.ashlar.client.RangeProcedure",
            "        attempt.readConflicts.add(range.begin(), range.end());\n",
            "")
        .caughtBy(14, 6);
  }

  private static PlantedBug clientTreatsUnknownAsCommitted() {
    return PlantedBug.named(
            "client treats unknown as committed",
            "When the fence is through, the original transaction is reported as committed.")
        .edit(
            "client",
            "io.ashlar.client.Commits",
            "role.fail(commit, new AshlarException(ErrorCode.COMMIT_UNKNOWN_RESULT));",
            "commit.setCommitted(reply);\nrole.end(commit);")
        .caughtBy(12, 6);
  }
}
