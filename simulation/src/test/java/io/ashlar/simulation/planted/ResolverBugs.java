package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.RESOLVER;

import java.util.List;

/** Bugs of what decides about conflicts. */
final class ResolverBugs {
  private static final String MODULE = "resolver";
  private static final String PACKAGE = "io.ashlar.resolver.";

  private ResolverBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        ignoresRangeEnds(),
        dropsIntraBatchCheck(),
        forgetsAfterRecovery(),
        forgetsInsideTheWindow(),
        keepsNoMaxima(),
        looksAtOneLeaf());
  }

  private static PlantedBug ignoresRangeEnds() {
    return PlantedBug.in(
            RESOLVER,
            "resolver ignores a range's end",
            "Reads and writes of a range count as reads and writes of its first key alone.")
        .edit(MODULE, PACKAGE + "Route", "isSingle = cursor.isSingle();", "isSingle = true;")
        .knownSeed(1);
  }

  private static PlantedBug dropsIntraBatchCheck() {
    return PlantedBug.in(
            RESOLVER,
            "resolver drops the intra-batch check",
            "A batch's writes are recorded only after all its transactions are decided.")
        .edit(
            MODULE,
            PACKAGE + "ConflictSet",
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
            """);
  }

  private static PlantedBug forgetsAfterRecovery() {
    return PlantedBug.in(
            RESOLVER,
            "resolver forgets after recovery",
            "A resolver, which is empty at RT, lets pass what read before RT: neither its floor nor"
                + " the window, which the jump of versions exceeds, turns it away.")
        .edit(
            MODULE,
            PACKAGE + "ConflictSet",
            """
                oldestVersion = floorVersion;
                history = new WriteHistory(floorVersion, nodeCapacity);
            """,
            """
                oldestVersion = 0;
                history = new WriteHistory(0, nodeCapacity);
            """)
        .edit(
            MODULE,
            PACKAGE + "ConflictSet",
            "oldestVersion = Math.max(oldestVersion, version - windowVersions);",
            "oldestVersion = Math.max(oldestVersion, version - windowVersions - 100_000_000);");
  }

  private static PlantedBug forgetsInsideTheWindow() {
    return PlantedBug.in(
            RESOLVER,
            "resolver forgets inside the window",
            "What was written is forgotten after a tenth of the window, while transactions that"
                + " read before are still let in.")
        .edit(
            MODULE,
            PACKAGE + "ConflictSet",
            "history.advance(version, oldestVersion);",
            "history.advance(version, Math.max(oldestVersion, version - windowVersions / 10));");
  }

  private static PlantedBug keepsNoMaxima() {
    return PlantedBug.in(
            RESOLVER,
            "resolver does not raise the nodes above",
            "A write is recorded in its leaf, and the nodes above it go on to say that nothing"
                + " below them is so new.")
        .edit(MODULE, PACKAGE + "WriteHistory", "    route.raise(lastVersion);\n", "");
  }

  private static PlantedBug looksAtOneLeaf() {
    return PlantedBug.in(
            RESOLVER,
            "resolver looks at one leaf",
            "A range that was read is compared with the writes of the leaf in which it begins,"
                + " and with no others.")
        .edit(
            MODULE,
            PACKAGE + "WriteHistory",
            "&& isAnyAfter(root, route.begin, route.end, version);",
            "&& false;");
  }
}
