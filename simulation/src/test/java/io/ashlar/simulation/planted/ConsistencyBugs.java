package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.CLIENT;
import static io.ashlar.simulation.planted.PlantedBug.Role.STORAGE_SERVER;

import java.util.List;

/** Bugs of sessions and of reads at what a replica knows. */
final class ConsistencyBugs {
  private static final String CLIENTS = "client";
  private static final String CLIENT_PACKAGE = "io.ashlar.client.";
  private static final String STORAGE = "storage-servers";
  private static final String READS = "io.ashlar.storage.Reads";

  private static final RunAs SESSIONS = RunAs.DEFAULT.seconds(10).workloads("consistency,cycle");

  /** Runs in which recoveries are many: few take back what a storage server has applied. */
  private static final RunAs ROUGH = SESSIONS.factor(4);

  private ConsistencyBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        dropsTheVersionOnFailOver(),
        tellsWhatIsNotCommitted(),
        showsWhatIsNotCommitted(),
        passesOverTokens(),
        forgetsItsCommits(),
        mistakesTheEpoch());
  }

  private static PlantedBug dropsTheVersionOnFailOver() {
    return PlantedBug.in(
            CLIENT,
            "session token dropped on fail-over",
            "The read of a session that another replica answers is at what that one knows.")
        .edit(
            CLIENTS,
            CLIENT_PACKAGE + "StorageReads",
            "    long version = read.session.version();\n",
            "    long version = read.session.causal() != null && !read.passedOver().isEmpty()"
                + " ? -1 : read.session.version();\n")
        .runAs(SESSIONS)
        .knownSeed(2);
  }

  private static PlantedBug tellsWhatIsNotCommitted() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "session version not known committed",
            "Answers tell the version that was applied, which a recovery may take back.")
        .edit(
            STORAGE,
            READS,
            "    return new Values(version, view.committedVersion(), Arrays.asList(values));\n",
            "    return new Values(version, view.latestVersion(), Arrays.asList(values));\n")
        .runAs(ROUGH)
        .knownSeed(29);
  }

  private static PlantedBug showsWhatIsNotCommitted() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "eventual read shows what is not known committed",
            "Who asks for what is known to be committed gets what was applied.")
        .edit(
            STORAGE,
            READS,
            "ReadVersions.KNOWN_COMMITTED ? view.committedVersion() : asked;\n",
            "ReadVersions.KNOWN_COMMITTED ? view.latestVersion() : asked;\n")
        .runAs(ROUGH)
        .knownSeed(4);
  }

  private static PlantedBug passesOverTokens() {
    return PlantedBug.in(
            CLIENT,
            "session reads below its token",
            "A session reads at what its client knows, whatever its token says.")
        .edit(
            CLIENTS,
            CLIENT_PACKAGE + "KnownCommitted",
            "    return isFresh ? Math.max(newest, seen) : NONE;\n",
            "    return isFresh ? newest : NONE;\n")
        .runAs(SESSIONS)
        .knownSeed(1);
  }

  private static PlantedBug forgetsItsCommits() {
    return PlantedBug.in(
            CLIENT,
            "session does not see its commits",
            "A commit is not among what the session has seen.")
        .edit(
            CLIENTS,
            CLIENT_PACKAGE + "ClientTransaction",
            "          causal.saw(committed.version());\n",
            "")
        .runAs(SESSIONS)
        .knownSeed(1);
  }

  private static PlantedBug mistakesTheEpoch() {
    return PlantedBug.in(
            CLIENT,
            "client takes versions of the next epoch for those of this one",
            "The jump of a recovery counts as store time.")
        .edit(
            CLIENTS,
            CLIENT_PACKAGE + "KnownCommitted",
            "      return version >= begin() && version - reach < Limits.RECOVERY_JUMP_VERSIONS;\n",
            "      return version >= begin();\n")
        .runAs(ROUGH)
        .knownSeed(14);
  }
}
