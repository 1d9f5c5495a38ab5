package io.ashlar.simulation.planted;

import java.util.List;

/** All planted bugs, by role. */
final class PlantedBugs {
  private PlantedBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        resolverIgnoresRangeEnds(),
        resolverDropsIntraBatchCheck(),
        resolverForgetsAfterRecovery(),
        logServerAcknowledgesBeforeSync(),
        logServerAcceptsAfterLock(),
        recoveryTakesLargestEnd(),
        recoverySkipsTailCopy(),
        storageAnswersFutureVersion(),
        storagePopsBeforeDurable(),
        storageReappliesAtomicOperation(),
        clientLosesReadConflictRange(),
        clientTreatsUnknownAsCommitted(),
        readVersionWithoutEpochRound());
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

  private static PlantedBug logServerAcknowledgesBeforeSync() {
    return PlantedBug.named(
            "log server acknowledges before sync",
            "A push is acknowledged when it is in memory, before it is on disk.")
        .edit(
            "log-servers",
            "io.ashlar.log.LogServer",
            "    acknowledgements.add(inbound, end);\n",
            "    reply(inbound, new LogPushed(end));\n");
  }

  private static PlantedBug resolverForgetsAfterRecovery() {
    return PlantedBug.named(
            "resolver forgets after recovery",
            "A resolver, which is empty at RT, lets pass what read before RT: neither its floor nor"
                + " the window, which the jump of versions exceeds, turns it away.")
        .edit(
            "resolver",
            "io.ashlar.resolver.ConflictSet",
            """
                oldestVersion = floorVersion;
                history = new WriteHistory(floorVersion, nodeCapacity);
            """,
            """
                oldestVersion = 0;
                history = new WriteHistory(0, nodeCapacity);
            """)
        .edit(
            "resolver",
            "io.ashlar.resolver.ConflictSet",
            "oldestVersion = Math.max(oldestVersion, version - windowVersions);",
            "oldestVersion = Math.max(oldestVersion, version - windowVersions - 100_000_000);");
  }

  private static PlantedBug logServerAcceptsAfterLock() {
    return PlantedBug.named(
            "log server accepts pushes after lock",
            "A locked log server goes on to take and acknowledge pushes of the old epoch.")
        .edit(
            "log-servers",
            "io.ashlar.log.LogServer",
            "if (recruit == null || lock.isClosed() || push.epoch() != recruit.epoch()) {",
            "if (recruit == null || push.epoch() != recruit.epoch()) {");
  }

  private static PlantedBug recoveryTakesLargestEnd() {
    return PlantedBug.named(
            "recovery takes the largest end",
            "The epoch ends at the largest end of a locked log server instead of the one that the"
                + " quorum demands; a replica that ends earlier counts as having nothing more.")
        .edit(
            "control",
            "io.ashlar.control.LogLocks",
            "long recoveryVersion = byEnd.get(generation.antiQuorum()).end();",
            "long recoveryVersion = byEnd.get(byEnd.size() - 1).end();")
        .edit(
            "control",
            "io.ashlar.control.Recovery",
            "if (lock.member() == member && lock.end() >= metadataCursor) {",
            "if (lock.member() == member) {")
        .edit(
            "control",
            "io.ashlar.control.Recovery",
            "metadataCursor = Math.max(metadataCursor, reply.through() + 1);",
            """
            metadataCursor =
                reply.through() >= reply.end()
                    ? Long.MAX_VALUE
                    : Math.max(metadataCursor, reply.through() + 1);
            """)
        .edit(
            "log-servers",
            "io.ashlar.log.TailCopy",
            "if (reply.tag() != tags[i] || reply.through() < merge.next(i)) {",
            "if (reply.tag() != tags[i]) {")
        .edit(
            "log-servers",
            "io.ashlar.log.TailCopy",
            "merge.received(i, entries, reply.through());",
            """
            boolean isAll = reply.through() >= reply.end();
            merge.received(i, entries, isAll ? Long.MAX_VALUE : reply.through());
            """);
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
        .caughtBy(4, 15, 5);
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

  private static PlantedBug storagePopsBeforeDurable() {
    return PlantedBug.named(
            "storage pops before durable",
            "The log may forget what is written to the engine and not flushed.")
        .edit(
            "storage-servers",
            "io.ashlar.storage.StorageServer",
            """
                  popper.pop(puller.sources(), durable);
                  host.timers()\
            """,
            """
                  popper.pop(puller.sources(), map.stored());
                  host.timers()\
            """)
        .edit(
            "storage-servers",
            "io.ashlar.storage.LogPuller",
            "if (reply.poppedThrough() >= plan.from()) {",
            "if (false) {");
  }

  private static PlantedBug storageReappliesAtomicOperation() {
    return PlantedBug.named(
            "storage re-applies an atomic operation after restart",
            "The version in the engine is that of the batch before, and what came since is pulled"
                + " and applied again.")
        .edit(
            "storage-servers",
            "io.ashlar.storage.StorageServer",
            "  private long flushTarget;\n",
            "  private long flushTarget;\n  private long engineVersion;\n")
        .edit(
            "storage-servers",
            "io.ashlar.storage.StorageServer",
            """
                    new EngineBatch(
                        target,
            """,
            """
                    new EngineBatch(
                        map.stored(),
            """)
        .edit(
            "storage-servers",
            "io.ashlar.storage.StorageServer",
            "    map.stored(version);\n",
            "    engineVersion = map.stored();\n    map.stored(version);\n")
        .edit(
            "storage-servers",
            "io.ashlar.storage.StorageServer",
            "if (isFlushing || phase != Phase.SERVING || map.stored() == durable) {",
            "if (isFlushing || phase != Phase.SERVING || engineVersion <= durable) {")
        .edit(
            "storage-servers",
            "io.ashlar.storage.StorageServer",
            """
                long target = map.stored();
                flushTarget = target;
            """,
            """
                long target = engineVersion;
                flushTarget = map.stored();
            """)
        .caughtBy(3, 40, 3);
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

  private static PlantedBug readVersionWithoutEpochRound() {
    return PlantedBug.named(
            "read version without the epoch round",
            "A read version is given out without asking the log servers whether the epoch lives.")
        .edit(
            "proxies",
            "io.ashlar.proxy.ReadVersionBatch",
            "return knowsLiveVersion() && quorum.isReached();",
            "return knowsLiveVersion();")
        .edit(
            "proxies",
            "io.ashlar.proxy.ReadVersionProxy",
            "if (batch.hasStrict() || !isRecentlyConfirmed()) {",
            "if (false) {");
  }
}
