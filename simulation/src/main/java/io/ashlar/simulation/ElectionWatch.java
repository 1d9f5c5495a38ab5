package io.ashlar.simulation;

import io.ashlar.control.ControllerCandidate;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.message.Endpoints;
import io.ashlar.simulation.check.QuorumChecker;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import java.util.Map;
import java.util.TreeMap;

/**
 * Watches over the coordinators of a whole run, by what is told: that one leads by right at most,
 * and that all who lock and write the registers have one register before them. The first that is
 * wrong ends the run.
 */
final class ElectionWatch implements SimWorld.TraceListener {
  /** What the failure of a run begins with when this has found it. */
  static final String NAME = "coordinators";

  private final SimWorld world;

  /** By set. */
  private final Map<Uid, QuorumChecker> quorums = new TreeMap<>();

  /**
   * A candidate that was elected last, and has not said that its time is over.
   *
   * @param set by which
   */
  private record Elected(SimProcess process, Uid set) {
    boolean hasLease() {
      return process.role(Endpoints.CANDIDATE) instanceof ControllerCandidate candidate
          && candidate.hasLease();
    }
  }

  /** By process. */
  private final Map<String, Elected> leading = new TreeMap<>();

  private String violation;

  ElectionWatch(SimWorld world) {
    this.world = world;
  }

  /** What is wrong, or null. */
  String violation() {
    return violation;
  }

  @Override
  public void onEvent(String who, String name, Object[] told) {
    switch (name) {
      case "QuorumPhase" -> onPhase(told);
      case "QuorumLocked" ->
          expectNothing(
              quorum(told)
                  .locked(
                      generation(told, "counter", "owner"),
                      generation(told, "readCounter", "readOwner"),
                      (Long) value(told, "readSequence")));
      case "QuorumAccepted" ->
          expectNothing(
              quorum(told)
                  .accepted(generation(told, "counter", "owner"), (Long) value(told, "sequence")));
      case "TermPhase" -> onTerm(who, told);
      default -> {}
    }
    if (leading.size() > 1) {
      expectOneLeader();
    }
  }

  private void onPhase(Object[] told) {
    RegisterGeneration generation = generation(told, "counter", "owner");
    switch (String.valueOf(value(told, "to"))) {
      case "READING" -> quorum(told).asks(generation);
      case "WRITING" -> quorum(told).writes(generation, (Long) value(told, "sequence"));
      default -> {}
    }
  }

  private QuorumChecker quorum(Object[] told) {
    return quorums.computeIfAbsent((Uid) value(told, "set"), first -> new QuorumChecker());
  }

  private static RegisterGeneration generation(Object[] told, String counter, String owner) {
    return new RegisterGeneration((Long) value(told, counter), (Uid) value(told, owner));
  }

  private static Object value(Object[] told, String key) {
    for (int i = 0; i + 1 < told.length; i += 2) {
      if (key.equals(told[i])) {
        return told[i + 1];
      }
    }
    throw new IllegalArgumentException("nothing is told of " + key);
  }

  /**
   * @param who a process, its incarnation and the role
   */
  private void onTerm(String who, Object[] told) {
    String process = who.substring(0, who.indexOf('#'));
    if (String.valueOf(value(told, "to")).equals("LEADING")) {
      leading.put(process, new Elected(world.process(process), (Uid) value(told, "set")));
    } else {
      leading.remove(process);
    }
  }

  /**
   * At this moment, by what each would say if it were asked. Two that are elected by different sets
   * may lead for a little while, when the state has just moved.
   */
  private void expectOneLeader() {
    leading.values().removeIf(elected -> !elected.process.isAlive());
    Map<Uid, SimProcess> firsts = new TreeMap<>();
    for (Elected elected : leading.values()) {
      if (elected.hasLease()) {
        SimProcess first = firsts.putIfAbsent(elected.set, elected.process);
        if (first != null) {
          expectNothing(first.name() + " and " + elected.process.name() + " both have the lease");
        }
      }
    }
  }

  private void expectNothing(String wrong) {
    if (wrong != null && violation == null) {
      violation = wrong;
      world.fail(NAME, new IllegalStateException(wrong));
    }
  }
}
