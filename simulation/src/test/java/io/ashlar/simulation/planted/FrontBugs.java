package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.COMMIT_PROXY;
import static io.ashlar.simulation.planted.PlantedBug.Role.READ_VERSION_PROXY;
import static io.ashlar.simulation.planted.PlantedBug.Role.SEQUENCER;

import java.util.List;

/** Bugs of what clients talk to first, and of the sequencer behind it. */
final class FrontBugs {
  private static final String SEQUENCER_MODULE = "sequencer";
  private static final String MODULE = "proxies";
  private static final String PACKAGE = "io.ashlar.proxy.";

  private FrontBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        sequencerTellsTheUncommitted(),
        liveVersionGoesBack(),
        readVersionWithoutEpochRound(),
        readVersionOnALease(),
        readVersionOfAnEarlierBatch(),
        answersBeforeReport(),
        contentWithOneLogServer(),
        eachProxyGivesUpAnother(),
        everySecondProxyPlacesOtherwise(),
        lastVerdictWins(),
        clearReachesFirstShardAlone(),
        batchIndexCountsTheCommitted(),
        stampedKeysWithoutConflict());
  }

  private static PlantedBug sequencerTellsTheUncommitted() {
    return PlantedBug.in(
            SEQUENCER,
            "sequencer tells what is not committed",
            "The newest version that was given to a proxy is told as the newest committed one.")
        .after("[Jepsen, VoltDB 6.3: dirty reads](https://jepsen.io/analyses/voltdb-6-3)")
        .edit(
            SEQUENCER_MODULE,
            "io.ashlar.sequencer.Sequencer",
            "case GET_LIVE_VERSION -> host.network().reply(inbound, new"
                + " LiveVersion(clock.liveVersion()",
            "case GET_LIVE_VERSION -> host.network().reply(inbound, new"
                + " LiveVersion(clock.lastVersion()");
  }

  private static PlantedBug liveVersionGoesBack() {
    return PlantedBug.in(
            SEQUENCER,
            "live version goes back",
            "A report that comes late lowers the version that is told as committed.")
        .edit(
            SEQUENCER_MODULE,
            "io.ashlar.sequencer.VersionClock",
            "liveVersion = Math.max(liveVersion, version);",
            "liveVersion = version;")
        .knownSeed(2);
  }

  private static PlantedBug readVersionWithoutEpochRound() {
    return PlantedBug.in(
            READ_VERSION_PROXY,
            "read version without the epoch round",
            "A read version is given out without asking the log servers whether the epoch lives.")
        .after(
            "[Jepsen, etcd and Consul: stale reads]"
                + "(https://aphyr.com/posts/316-jepsen-etcd-and-consul)")
        .edit(
            MODULE,
            PACKAGE + "ReadVersionBatch",
            "return knowsLiveVersion() && quorum.isReached();",
            "return knowsLiveVersion();")
        .edit(
            MODULE,
            PACKAGE + "ReadVersionProxy",
            "if (batch.hasStrict() || !isRecentlyConfirmed()) {",
            "if (false) {");
  }

  private static PlantedBug readVersionOnALease() {
    return PlantedBug.in(
            READ_VERSION_PROXY,
            "read version on a lease",
            "Once the log servers have said that the epoch lives, they are not asked again for"
                + " five seconds.")
        .edit(
            MODULE,
            PACKAGE + "ReadVersionProxy",
            "if (batch.hasStrict() || !isRecentlyConfirmed()) {",
            "if (!isRecentlyConfirmed()) {")
        .edit(
            MODULE,
            PACKAGE + "ReadVersionProxy",
            "if (batch.isComplete()) {",
            "if (batch.isComplete() || isRecentlyConfirmed()) {")
        .edit(
            MODULE,
            PACKAGE + "ReadVersionProxy",
            "confirmedNanos <= options.riskyConfirmationAgeNanos()",
            "confirmedNanos <= 5_000_000_000L");
  }

  private static PlantedBug readVersionOfAnEarlierBatch() {
    return PlantedBug.in(
            READ_VERSION_PROXY,
            "read version of an earlier batch",
            "A request joins the batch that is under way, whose version may have been told"
                + " before the request was made.")
        .edit(
            MODULE,
            PACKAGE + "ReadVersionBatch",
            "  boolean hasStrict() {",
            """
              void join(Inbound late) {
                strict.add(late);
              }

              boolean hasStrict() {\
            """)
        .edit(
            MODULE,
            PACKAGE + "ReadVersionProxy",
            "(request.causalReadRisky() ? riskyQueue : strictQueue).add(inbound);",
            """
            if (!underWay.isEmpty() && !request.causalReadRisky()) {
              underWay.get(underWay.size() - 1).join(inbound);
              underWayCount++;
              return;
            }
            (request.causalReadRisky() ? riskyQueue : strictQueue).add(inbound);\
            """);
  }

  private static PlantedBug answersBeforeReport() {
    return PlantedBug.in(
            COMMIT_PROXY,
            "commit proxy answers before its report",
            "A client hears of its commit before the sequencer, which goes on to tell others an"
                + " older version.")
        .edit(
            MODULE,
            PACKAGE + "CommitPipeline",
            "if (committed.live() >= batch.version()) {",
            "if (true) {");
  }

  private static PlantedBug contentWithOneLogServer() {
    return PlantedBug.in(
            COMMIT_PROXY,
            "commit proxy is content with one log server",
            "A batch counts as committed when one log server has it.")
        .after(
            "[Jepsen, Redis: the primary acknowledges alone]"
                + "(https://aphyr.com/posts/283-jepsen-redis)")
        .edit(
            MODULE,
            PACKAGE + "LogPusher",
            "needed = count - generation.antiQuorum();",
            "needed = 1;");
  }

  private static PlantedBug eachProxyGivesUpAnother() {
    return PlantedBug.in(
            COMMIT_PROXY,
            "two proxies give up different log servers",
            "A proxy that is told which log server is given up counts from itself, and so leaves"
                + " another than its neighbour does.")
        .caughtBy(Catcher.WATCH, "")
        .alsoNoticedBy("io.ashlar.simulation.SlowLogServersTest#allProxiesGiveUpTheSame")
        .edit(
            MODULE,
            PACKAGE + "CommitProxy",
            "      pipeline.giveUp(member);\n",
            """
                  int of = recruit.logs().generation().members().size();
                  pipeline.giveUp((member + recruit.proxyIndex()) % of);
            """);
  }

  private static PlantedBug everySecondProxyPlacesOtherwise() {
    return PlantedBug.in(
            COMMIT_PROXY,
            "every second proxy places tags otherwise",
            "Where a tag is in the log is not the same for all of an epoch: every second commit"
                + " proxy sends it to the log servers that come one after those that hold it.")
        .edit(
            MODULE,
            PACKAGE + "PushPayload",
            "  PushPayload(TagPlacement placement, int memberCount) {\n",
            """
              private int ahead;

              PushPayload ahead(int members) {
                ahead = members;
                return this;
              }

              PushPayload(TagPlacement placement, int memberCount) {
            """)
        .edit(
            MODULE,
            PACKAGE + "PushPayload",
            "if (placement.holds(member, tag)) {",
            "if (placement.holds((member + memberCount - ahead) % memberCount, tag)) {")
        .edit(
            MODULE,
            PACKAGE + "CommitPipeline",
            "payload = new PushPayload(placement, generation.members().size());",
            "payload = new PushPayload(placement, generation.members().size())"
                + ".ahead(recruit.proxyIndex() % 2);")
        .knownSeed(6);
  }

  private static PlantedBug lastVerdictWins() {
    return PlantedBug.in(
            COMMIT_PROXY,
            "the last resolver's verdict wins",
            "A conflict that one resolver found is forgotten when another finds none.")
        .edit(
            MODULE,
            PACKAGE + "BatchResolution",
            "if (verdict.code() < verdicts[index].code()) {",
            "if (true) {");
  }

  private static PlantedBug clearReachesFirstShardAlone() {
    return PlantedBug.in(
            COMMIT_PROXY,
            "a cleared range ends with its first shard",
            "Only the storage server of the range's first key hears of a cleared range.")
        .edit(MODULE, PACKAGE + "TagAssigner", "    if (from == to) {\n", "    if (true) {\n");
  }

  private static PlantedBug batchIndexCountsTheCommitted() {
    return PlantedBug.in(
            COMMIT_PROXY,
            "the batch index counts the committed alone",
            "Clients are told an index in which transactions with a conflict do not count, while"
                + " versionstamps have one in which they do.")
        .edit(
            MODULE,
            PACKAGE + "CommitPipeline",
            "      Verdict verdict = batch.isTooOld()",
            "      if (i == 0) {\n        told = 0;\n      }\n"
                + "      Verdict verdict = batch.isTooOld()")
        .edit(
            MODULE,
            PACKAGE + "CommitPipeline",
            "new TransactionCommitted(batch.version(), i)",
            "new TransactionCommitted(batch.version(), told++)")
        .edit(
            MODULE,
            PACKAGE + "CommitPipeline",
            "  private long toldCommitted;\n",
            "  private long toldCommitted;\n  private int told;\n")
        .knownSeed(1);
  }

  private static PlantedBug stampedKeysWithoutConflict() {
    return PlantedBug.in(
            COMMIT_PROXY,
            "stamped keys are no conflict",
            "A key that gets its versionstamp in the proxy is not among the write conflicts.")
        .edit(
            MODULE,
            PACKAGE + "Versionstamps",
            "        KeyRanges.encode(KeyRange.ofKey(key), conflicts);\n",
            "");
  }
}
