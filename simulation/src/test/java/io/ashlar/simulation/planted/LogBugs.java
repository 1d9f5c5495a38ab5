package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.LOG_SERVER;

import java.util.List;

/** Bugs of the log. */
final class LogBugs {
  private static final String MODULE = "log-servers";
  private static final String PACKAGE = "io.ashlar.log.";

  private LogBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        acknowledgesBeforeSync(),
        acceptsAfterLock(),
        confirmsAfterLock(),
        restartsAtKnownCommitted(),
        takesCorruptionForATornTail(),
        readsBackTooFar(),
        deletesWhatOneTagHasRead());
  }

  private static PlantedBug acknowledgesBeforeSync() {
    return PlantedBug.in(
            LOG_SERVER,
            "log server acknowledges before sync",
            "A push is acknowledged when it is in memory, before it is on disk.")
        .after("[Jepsen, NATS 2.12.1: lazy fsync](https://jepsen.io/analyses/nats-2.12.1)")
        .edit(
            MODULE,
            PACKAGE + "LogPushes",
            "    acknowledgements.add(inbound, end);\n",
            "    reply(inbound, new LogPushed(end));\n")
        .knownSeed(2);
  }

  private static PlantedBug acceptsAfterLock() {
    return PlantedBug.in(
            LOG_SERVER,
            "log server accepts pushes after lock",
            "A locked log server goes on to take and acknowledge pushes of the old epoch.")
        .edit(
            MODULE,
            PACKAGE + "LogServer",
            "if (recruit == null || lock.isClosed() || push.epoch() != recruit.epoch()) {",
            "if (recruit == null || push.epoch() != recruit.epoch()) {");
  }

  private static PlantedBug confirmsAfterLock() {
    return PlantedBug.in(
            LOG_SERVER,
            "log server confirms a dead epoch",
            "A locked log server goes on to say that its epoch lives.")
        .edit(
            MODULE,
            PACKAGE + "LogServer",
            "if (recruit == null || lock.isClosed() || confirm.epoch() != recruit.epoch()) {",
            "if (recruit == null || confirm.epoch() != recruit.epoch()) {")
        // Whoever is cut off from the controller, and from it alone, is in the epoch that is over.
        .runAs(RunAs.DEFAULT.factor(4).workloads("register").faults("isolate"));
  }

  private static PlantedBug restartsAtKnownCommitted() {
    return PlantedBug.in(
            LOG_SERVER,
            "log server restarts at what it knows to be committed",
            "A log server that starts again ends at the known committed version that it was told,"
                + " and drops what it has synced and acknowledged since.")
        .after(
            "[Kafka, KIP-101: followers truncate to their high watermark]"
                + "(https://cwiki.apache.org/confluence/display/KAFKA/KIP-101+-+Alter+Replication"
                + "+Protocol+to+use+Leader+Epoch+rather+than+High+Watermark+for+Truncation)")
        .edit(
            MODULE,
            PACKAGE + "LogReopening",
            "new LogFiles.LockFile(0, verdict.end(), verdict.knownCommitted());",
            """
            new LogFiles.LockFile(
                0,
                Math.max(generation.recoveryVersion(), verdict.knownCommitted()),
                verdict.knownCommitted());\
            """);
  }

  private static PlantedBug takesCorruptionForATornTail() {
    return PlantedBug.in(
            LOG_SERVER,
            "log server takes corruption for a torn tail",
            "The log is cut at the first frame that does not match its checksum, also where synced"
                + " frames follow.")
        .after(
            "[Alagappan et al., Protocol-Aware Recovery for Consensus-Based Distributed Storage]"
                + "(https://doi.org/10.1145/3241062)")
        .edit(
            MODULE,
            PACKAGE + "SegmentScan",
            "boolean corrupt = contradiction || Math.min(durable, endMax) > end;",
            "boolean corrupt = contradiction;")
        .caughtBy(Catcher.REFUSAL, "has told that it is committed version")
        .runAs(RunAs.SHORT.faults("bit-flips"));
  }

  private static PlantedBug readsBackTooFar() {
    return PlantedBug.in(
            LOG_SERVER,
            "log server passes over what did not fit",
            "An answer that was read back from disk and is full says that it goes as far as was"
                + " read, not as far as was answered.")
        .edit(
            MODULE,
            PACKAGE + "LogStore",
            "          full = true;\n          through = given;\n",
            "          full = true;\n");
  }

  private static PlantedBug deletesWhatOneTagHasRead() {
    return PlantedBug.in(
            LOG_SERVER,
            "log server deletes what one reader has read",
            "A segment is deleted when one of its tags is popped, and the readers of the others"
                + " are told that there was nothing.")
        .edit(
            MODULE,
            PACKAGE + "SegmentIndex",
            "      if (popped < lastVersions[i]) {\n",
            "      if (popped >= lastVersions[i]) {\n        return Long.MAX_VALUE;\n      }\n"
                + "      if (popped < lastVersions[i]) {\n");
  }
}
