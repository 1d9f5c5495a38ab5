package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.SIMULATOR;

import java.util.List;

/** Bugs of the simulator itself, which other things than the checks of workloads must notice. */
final class SimulatorBugs {
  private static final String MODULE = "simulation";
  private static final String PACKAGE = "io.ashlar.simulation.";
  private static final String WORLD = PACKAGE + "world.";
  private static final int COVERAGE_SEEDS = 40;

  private SimulatorBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        diskKeepsUnsyncedWrites(),
        engineKeepsUnflushedWrites(),
        networkDeliversAfterACut(),
        faultsNeverBegin(),
        hashOrderDecides(),
        wallTimeDecides(),
        digestIgnoresContents(),
        workloadCommitsNothing(),
        checkerTakesUnknownForOk(),
        checkerIgnoresSnapshotReads(),
        checksAreNotAsked());
  }

  private static PlantedBug diskKeepsUnsyncedWrites() {
    return PlantedBug.in(
            SIMULATOR,
            "the disk keeps unsynced writes",
            "After a loss of power everything is there that was ever written.")
        .edit(
            MODULE,
            WORLD + "FileNode",
            "switch (crash.allLost() ? 0 : random.nextInt(fates)) {",
            "switch (3) {")
        .caughtBy(Catcher.OWN_TESTS, WORLD + "SimDiskTest")
        .knownSeed(1);
  }

  private static PlantedBug engineKeepsUnflushedWrites() {
    return PlantedBug.in(
            SIMULATOR,
            "the engines keep unflushed writes",
            "After a crash the engines have what was written and not flushed.")
        .edit(
            MODULE,
            PACKAGE + "SimCluster",
            "store.crash(random.nextBoolean());",
            "store.crash(true);")
        .edit(
            MODULE,
            PACKAGE + "SimCluster",
            "files.crash(random.nextBoolean());",
            "files.crash(true);")
        .caughtBy(Catcher.KNOWN_BUG, "storage pops before durable");
  }

  private static PlantedBug networkDeliversAfterACut() {
    return PlantedBug.in(
            SIMULATOR,
            "the network delivers after a cut",
            "What was under way when a connection was cut arrives all the same.")
        .edit(
            MODULE,
            WORLD + "ConnectionEnd",
            "boolean arrives = index < arriving && peer.open;",
            "boolean arrives = peer.open;")
        .caughtBy(Catcher.OWN_TESTS, WORLD + "SimNetworkTest")
        .knownSeed(1);
  }

  private static PlantedBug faultsNeverBegin() {
    return PlantedBug.in(
            SIMULATOR,
            "faults never begin",
            "Faults are drawn and described, and what makes them happen is never started.")
        .edit(MODULE, PACKAGE + "ClusterRun", "    faults.start();\n", "")
        .runAs(RunAs.DEFAULT.seconds(3).factor(20))
        .caughtBy(Catcher.COVERAGE, Integer.toString(COVERAGE_SEEDS));
  }

  private static PlantedBug hashOrderDecides() {
    return PlantedBug.in(
            SIMULATOR,
            "identity decides an order",
            "The roles of a process hear of the end of a batch in the order of a hash table whose"
                + " keys hash by identity.")
        .edit(
            MODULE,
            WORLD + "SimProcess",
            "List<RolePorts> batch = touched;",
            "List<RolePorts> batch = new ArrayList<>(new java.util.HashSet<>(touched));")
        .runAs(RunAs.DEFAULT.seconds(5))
        .caughtBy(Catcher.REPETITION, "")
        .knownSeed(1);
  }

  private static PlantedBug wallTimeDecides() {
    return PlantedBug.in(
            SIMULATOR,
            "the true time is told",
            "The wall clock of a simulated machine is that of the real one.")
        .edit(
            MODULE,
            WORLD + "SimClock",
            "return ClockConditions.EPOCH_MILLIS + world.nowNanos() / MILLION",
            "return System.currentTimeMillis()")
        .runAs(RunAs.DEFAULT.seconds(5))
        .caughtBy(Catcher.REPETITION, "");
  }

  private static PlantedBug digestIgnoresContents() {
    return PlantedBug.in(
            SIMULATOR,
            "the digest ignores what messages say",
            "Runs in which messages differ in their contents alone have the same digest.")
        .edit(MODULE, WORLD + "SimNetwork", "      digest.add(hash);\n", "")
        .edit(MODULE, WORLD + "SimNetwork", "      digest.add(encoded);\n", "")
        .caughtBy(Catcher.OWN_TESTS, WORLD + "SimNetworkTest")
        .knownSeed(1);
  }

  private static PlantedBug workloadCommitsNothing() {
    return PlantedBug.in(
            SIMULATOR,
            "a workload commits nothing",
            "The steps of the cycle workload read and write nothing, so that its ring is whole"
                + " whatever happens.")
        .edit(
            MODULE,
            PACKAGE + "workload.CycleWorkload",
            "    transaction.set(key(from), Encoding.bigEndian(to));\n",
            "")
        .runAs(RunAs.DEFAULT.seconds(10).workloads("cycle,append"))
        .caughtBy(Catcher.COMMIT_MINIMUM, "")
        .knownSeed(1);
  }

  private static PlantedBug checkerTakesUnknownForOk() {
    return PlantedBug.in(
            SIMULATOR,
            "a checker takes unknown for ok",
            "What is there twice is no violation when its client was told that the result is"
                + " unknown.")
        .edit(
            MODULE,
            PACKAGE + "check.Ledger",
            "          if (count > 1) {\n",
            "          if (count > 1 && outcome != Outcome.UNKNOWN) {\n")
        .caughtBy(Catcher.OWN_TESTS, PACKAGE + "check.LedgerTest")
        .knownSeed(1);
  }

  private static PlantedBug checkerIgnoresSnapshotReads() {
    return PlantedBug.in(
            SIMULATOR,
            "a checker looks at no reads of the failed",
            "What a transaction saw that was not committed is not compared.")
        .edit(
            MODULE,
            PACKAGE + "check.SerializabilityChecker",
            "byRead.removeIf(record -> record.readVersion() < 0);",
            "byRead.removeIf(\n"
                + "record -> record.readVersion() < 0 || record.outcome() == Outcome.FAILED);")
        .caughtBy(Catcher.OWN_TESTS, PACKAGE + "check.SerializabilityCheckerTest");
  }

  private static PlantedBug checksAreNotAsked() {
    return PlantedBug.in(
            SIMULATOR,
            "what checks find is not told",
            "The violations that a workload has found do not fail the run.")
        .edit(
            MODULE,
            PACKAGE + "Simulation",
            "      if (!violations.isEmpty()) {\n",
            "      if (false) {\n")
        .caughtBy(Catcher.CANARY, "")
        .knownSeed(1);
  }
}
