package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.COORDINATOR;

import java.util.List;

/** Bugs of coordinators, and of who locks, writes and leads through them. */
final class CoordinatorBugs {
  private static final String CONTROL = "control";
  private static final String PACKAGE = "io.ashlar.control.";

  /**
   * What harms coordinators and who leads, and little else; one workload, so that runs are short.
   */
  private static final RunAs SPLIT =
      RunAs.DEFAULT
          .seconds(10)
          .factor(6)
          .workloads("register")
          .faults(
              "kill,kill-controller,kill-coordinators,leader-apart,pause-leader,long-pause,minority,"
                  + "one-way,cut,reboot-storm,disk-slow,clock-rate,fault-points,latency-tails");

  private static final String REGISTER =
      PACKAGE + "CoordinatorQuorumTest#areOneRegisterUnderCrashesLossAndCompetition(3)";

  /** With one coordinator alone nobody else makes good what it has forgotten. */
  private static final String ONE_REGISTER =
      PACKAGE + "CoordinatorQuorumTest#areOneRegisterUnderCrashesLossAndCompetition(1)";

  private static final String LOCK =
      PACKAGE + "CoordinatorQuorumTest#whoHasLockedHasTheLockWhenThePowerFailsAtThatMoment";
  private static final String ONE_LEADS =
      PACKAGE + "LeaderElectionTest#atMostOneLeadsAtAnyInstantAndOneDoesSoonAfterFaultsEnd";
  private static final String LATE_ANSWERS =
      PACKAGE + "LeaderElectionTest#aLeaseIsCountedFromItsHeartbeatsHoweverLateTheyAreAnswered";

  private CoordinatorBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        isContentWithFewWrites(),
        readsOneCoordinator(),
        forgetsItsPromise(),
        answersBeforeItIsDurable(),
        takesTheFirstAnswer(),
        forgetsAPromiseInItsFile(),
        takesALateWriteOfTheSameGeneration(),
        takesAnEarlierWriteOfTheSameGeneration(),
        leadsByAMinority(),
        countsTheLeaseFromTheAnswer(),
        holdsNothingAfterItsStart(),
        endsAnyHoldWhenSomebodyResigns());
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
        .caughtBy(Catcher.WATCH, "")
        .alsoNoticedBy(REGISTER)
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
        .caughtBy(Catcher.WATCH, "")
        .alsoNoticedBy(REGISTER)
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
        .caughtBy(Catcher.WATCH, "")
        .alsoNoticedBy(LOCK)
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
        .caughtBy(Catcher.WATCH, "")
        .alsoNoticedBy(ONE_REGISTER)
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
        .caughtBy(Catcher.WATCH, "")
        .alsoNoticedBy(REGISTER)
        .runAs(SPLIT);
  }

  private static PlantedBug forgetsAPromiseInItsFile() {
    return PlantedBug.in(
            COORDINATOR,
            "a register that is opened has promised nothing",
            "Of what is in a register's file, who has read last is not believed.")
        .edit(
            CONTROL,
            PACKAGE + "GenerationRegister",
            "    from.expectEnd();\n    return register;",
            "    from.expectEnd();\n    register.readGeneration = register.writeGeneration;\n"
                + "    return register;")
        .caughtBy(Catcher.WATCH, "")
        .alsoNoticedBy(LOCK)
        .runAs(SPLIT);
  }

  private static PlantedBug takesALateWriteOfTheSameGeneration() {
    return PlantedBug.in(
            COORDINATOR,
            "a register takes an earlier write after a later one",
            "The number of a write within its generation is not looked at when it arrives.")
        .edit(
            CONTROL,
            PACKAGE + "GenerationRegister",
            "if (writeGeneration.equals(generation) && writeSequence <= sequence) {",
            "if (false && writeSequence <= sequence) {")
        .caughtBy(Catcher.OWN_TESTS, "io.ashlar.control.CoordinatorQuorumTest")
        .knownSeed(1);
  }

  private static PlantedBug takesAnEarlierWriteOfTheSameGeneration() {
    return PlantedBug.in(
            COORDINATOR,
            "of two writes of a generation the earlier is read",
            "Registers are compared by the generation of their writes, and not by its number.")
        .edit(
            CONTROL,
            PACKAGE + "RegisterPromises",
            "return byGeneration != 0 ? byGeneration > 0 : one.sequence() > other.sequence();",
            "return byGeneration > 0;")
        .caughtBy(Catcher.WATCH, "")
        .alsoNoticedBy(REGISTER)
        .runAs(SPLIT);
  }

  private static PlantedBug leadsByAMinority() {
    return PlantedBug.in(
            COORDINATOR,
            "a leader needs one coordinator less than a majority",
            "Whom half of the coordinators have nominated leads when as many take its heartbeats.")
        .edit(
            CONTROL,
            PACKAGE + "LeaderTerm",
            "long majoritySentNanos = sorted[(sorted.length - 1) / 2];",
            "long majoritySentNanos = sorted[Math.min(sorted.length - 1, (sorted.length + 1) / 2)];")
        .edit(
            "core",
            "io.ashlar.leader.NomineePolls",
            "return count(best) > nominees.length / 2 ? best : Candidate.NONE;",
            "return count(best) >= Math.max(1, nominees.length / 2) ? best : Candidate.NONE;")
        .caughtBy(Catcher.WATCH, "")
        .alsoNoticedBy(ONE_LEADS + "(3)")
        .runAs(SPLIT);
  }

  private static PlantedBug countsTheLeaseFromTheAnswer() {
    return PlantedBug.in(
            COORDINATOR,
            "a lease is counted from the answer",
            "A leader counts its lease from when it hears that heartbeats were taken, and not from"
                + " when it sent them.")
        .edit(
            CONTROL,
            PACKAGE + "LeaderTerm",
            "onTaken(coordinator, sentNanos);",
            "onTaken(coordinator, host.clock().nowNanos());")
        .caughtBy(Catcher.WATCH, "")
        .alsoNoticedBy(LATE_ANSWERS)
        .runAs(SPLIT);
  }

  private static PlantedBug holdsNothingAfterItsStart() {
    return PlantedBug.in(
            COORDINATOR,
            "a coordinator that starts again nominates at once",
            "It does not wait until a lease is over that it may have given in its life before.")
        .edit(
            CONTROL,
            PACKAGE + "Coordinator",
            "long untilNanos = leader.isNobody() ? host.clock().nowNanos() : heldUntilNanos;",
            "long untilNanos = host.clock().nowNanos();")
        .caughtBy(Catcher.WATCH, "")
        .alsoNoticedBy(ONE_LEADS + "(1)")
        .runAs(SPLIT);
  }

  private static PlantedBug endsAnyHoldWhenSomebodyResigns() {
    return PlantedBug.in(
            COORDINATOR,
            "a coordinator holds nothing for a leader once another has resigned",
            "Whoever gives up the lead ends what is held, whomever it is held for.")
        .edit(
            CONTROL,
            PACKAGE + "Nominations",
            "if (!nominee.isNobody() && nominee.changeId().equals(changeId)) {",
            "if (!nominee.isNobody()) {")
        .caughtBy(Catcher.WATCH, "")
        .alsoNoticedBy(ONE_LEADS + "(3)")
        .runAs(SPLIT);
  }
}
