package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.RECOVERY;

import java.util.List;

/** Bugs of recovery and of the controller. */
final class RecoveryBugs {
  private static final String CONTROL = "control";
  private static final String PACKAGE = "io.ashlar.control.";

  private RecoveryBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        takesLargestEnd(),
        takesWhatLogServersKnow(),
        skipsTailCopy(),
        doesNotJump(),
        dropsGenerationsEarly(),
        keepsStateInMemory());
  }

  private static PlantedBug takesLargestEnd() {
    return PlantedBug.in(
            RECOVERY,
            "recovery takes the largest end",
            "The epoch ends at the largest end of a locked log server instead of the one that the"
                + " quorum demands; a replica that ends earlier counts as having nothing more.")
        .edit(
            CONTROL,
            PACKAGE + "LogLocks",
            "long recoveryVersion = byEnd.get(generation.antiQuorum()).end();",
            "long recoveryVersion = byEnd.get(byEnd.size() - 1).end();")
        .edit(
            CONTROL,
            PACKAGE + "MetadataReading",
            "if (lock.member() == member && lock.end() >= cursor) {",
            "if (lock.member() == member) {")
        .edit(
            CONTROL,
            PACKAGE + "MetadataReading",
            "cursor = Math.max(cursor, reply.through() + 1);",
            """
            cursor =
                reply.through() >= reply.end()
                    ? Long.MAX_VALUE
                    : Math.max(cursor, reply.through() + 1);
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

  private static PlantedBug takesWhatLogServersKnow() {
    return PlantedBug.in(
            RECOVERY,
            "recovery takes what log servers know to be committed",
            "The epoch ends at the largest version of which a log server was told that it is"
                + " committed, which commit proxies tell with the next push alone, and not at what"
                + " the locked ones have.")
        .edit(
            CONTROL,
            PACKAGE + "LogLocks",
            "long recoveryVersion = byEnd.get(generation.antiQuorum()).end();",
            "long recoveryVersion = Math.max(generation.begin(), knownCommitted());")
        .knownSeed(1);
  }

  private static PlantedBug skipsTailCopy() {
    return PlantedBug.in(
            RECOVERY,
            "recovery skips the tail copy",
            "New log servers begin at RV without what lies between the generation's begin and RV.")
        .edit(
            "log-servers",
            "io.ashlar.log.LogRecruiting",
            "if (recruit.old().generation().members().isEmpty()",
            "if (true || recruit.old().generation().members().isEmpty()")
        .knownSeed(1);
  }

  private static PlantedBug doesNotJump() {
    return PlantedBug.in(
            RECOVERY,
            "recovery does not jump",
            "The versions of a new epoch follow RV at once, so that those which the old one gave"
                + " and did not commit are given again.")
        .edit(
            CONTROL,
            PACKAGE + "NextEpoch",
            "recoveryVersion + Limits.RECOVERY_JUMP_VERSIONS;",
            "recoveryVersion + 1;");
  }

  private static PlantedBug dropsGenerationsEarly() {
    return PlantedBug.in(
            RECOVERY,
            "recovery drops a generation that is not read",
            "The log servers of an earlier epoch are given up as soon as they answer, whatever"
                + " storage servers have still to read there.")
        .edit(
            CONTROL,
            PACKAGE + "Drain",
            "|| reply.version() < end || reply.firstUnpopped() <= end) {",
            "|| reply.version() < end) {");
  }

  private static PlantedBug keepsStateInMemory() {
    return PlantedBug.in(
            RECOVERY,
            "coordinator keeps its register in memory",
            "A coordinator's register counts as durable before it is in its file, and never gets"
                + " there but for the first changes.")
        .edit(
            CONTROL,
            PACKAGE + "CoordinatorRegister",
            "disk.replace(file(), encode(), () -> onDurable(covered, moved));",
            "disk.replace(changes < 8 ? file() : \"next\", encode(), () -> onDurable(covered, moved));")
        .caughtBy(Catcher.REFUSAL, "register-* are older copies");
  }
}
