package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.COORDINATOR;

import java.util.List;

/** Bugs of coordinators, and of who locks, writes and leads through them. */
final class CoordinatorBugs {
  private static final String CONTROL = "control";
  private static final String PACKAGE = "io.ashlar.control.";

  /** What harms coordinators and splits them, and little else. */
  private static final RunAs SPLIT =
      RunAs.DEFAULT
          .factor(4)
          .faults(
              "kill,kill-controller,partition,minority,isolate,pause,long-pause,cut,reboot-storm");

  private CoordinatorBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        isContentWithFewWrites(),
        readsOneCoordinator(),
        forgetsItsPromise(),
        answersBeforeItIsDurable(),
        takesTheFirstAnswer());
  }

  private static PlantedBug isContentWithFewWrites() {
    return PlantedBug.in(
            COORDINATOR,
            "a write counts with one coordinator less than a majority",
            "A state is written when half of the coordinators have it.")
        .edit(
            CONTROL,
            PACKAGE + "CoordinatorQuorum",
            "if (acceptedCount > accepted.length / 2) {",
            "if (acceptedCount >= Math.max(1, accepted.length / 2)) {")
        .runAs(SPLIT);
  }

  private static PlantedBug readsOneCoordinator() {
    return PlantedBug.in(
            COORDINATOR,
            "the state is read from one coordinator",
            "One promise is enough to go on with what that coordinator has.")
        .edit(
            CONTROL,
            PACKAGE + "RegisterPromises",
            "return promised > promises.length / 2;",
            "return promised > 0;")
        .runAs(SPLIT);
  }

  private static PlantedBug forgetsItsPromise() {
    return PlantedBug.in(
            COORDINATOR,
            "a register forgets its promise when it starts again",
            "That a generation has read is not written to the disk.")
        .edit(
            CONTROL,
            PACKAGE + "CoordinatorRegister",
            "      register.read(generation);\n      changes++;\n",
            "      register.read(generation);\n")
        .runAs(SPLIT);
  }

  private static PlantedBug answersBeforeItIsDurable() {
    return PlantedBug.in(
            COORDINATOR,
            "a register answers before its file is written",
            "What a register promises or takes is said before it is durable.")
        .after(
            "[Raft: term and vote are on stable storage before a server answers]"
                + "(https://raft.github.io/raft.pdf)")
        .edit(
            CONTROL,
            PACKAGE + "CoordinatorRegister",
            "    if (durableChanges == changes) {\n      then.run();",
            "    if (durableChanges >= 0) {\n      then.run();")
        .runAs(SPLIT);
  }

  private static PlantedBug takesTheFirstAnswer() {
    return PlantedBug.in(
            COORDINATOR,
            "the latest write is not looked for",
            "Of those that promised the first in the set decides what the state is.")
        .edit(
            CONTROL,
            PACKAGE + "RegisterPromises",
            "if (promise != null && (latest == null || isLater(promise, latest))) {",
            "if (promise != null && latest == null) {")
        .runAs(SPLIT);
  }
}
