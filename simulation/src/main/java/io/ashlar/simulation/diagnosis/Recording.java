package io.ashlar.simulation.diagnosis;

import io.ashlar.core.Check;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import io.ashlar.simulation.world.SimNetwork;
import io.ashlar.simulation.world.SimWorld;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Keeps the course of a run from its trace: lives and roles of processes, epochs and recoveries,
 * faults, and what clients were acknowledged. A run that is recorded does the same as one that is
 * not, but is slower.
 */
public final class Recording implements SimWorld.TraceListener, SimNetwork.DeliveryListener {
  /**
   * How many transactions ended in some way up to now.
   *
   * @param committed acknowledged
   * @param conflicts refused because of another
   * @param unknown of which the client does not know whether they were committed
   */
  public record Counts(long committed, long conflicts, long unknown) {}

  /** Counts are looked at and messages added up for parts of this length. */
  static final long BUCKET_NANOS = 50_000_000;

  /** Of more than this many the first are forgotten: what came last matters most. */
  private static final int MOMENTS_MAX = 20_000;

  /** Of all that roles tell, what belongs to the course: few of many. */
  private static final Set<String> ROLE_EVENTS =
      Set.of(
          "RoleStarted",
          "RoleStopped",
          "WorkerStopped",
          "SequencerStarted",
          "CommitProxyStarted",
          "ReadVersionProxyStarted",
          "ResolverStarted",
          "LogRecruited",
          "LogReopened",
          "StorageOpened",
          "RecoveryStarted",
          "RecoveryPhase",
          "RecoveryEnded",
          "PipelineFailed");

  private static final String WORLD = "world";
  private static final String ACCEPTING = "ACCEPTING_COMMITS";

  private final SimWorld world;
  private final Supplier<Counts> counts;
  private final List<Counts> samples = new ArrayList<>();
  private final Map<String, Lane> lanes = new TreeMap<>();
  private final Map<String, String> programs = new TreeMap<>();
  private final Map<String, List<Span>> faults = new TreeMap<>();
  private final List<Span> epochs = new ArrayList<>();
  private final List<Span> recoveries = new ArrayList<>();
  private final List<Span> phases = new ArrayList<>();
  private final List<Moment> moments = new ArrayList<>();
  private long momentsLeftOut;
  private Span phase;
  private Span recoveryPhase;
  private long recoveryBegunNanos;
  private Span epoch;
  private String controller = "";

  private Recording(SimWorld world, Supplier<Counts> counts) {
    this.world = world;
    this.counts = counts;
  }

  /** Begins to record a world in which nothing has happened yet. */
  public static Recording of(SimWorld world, Supplier<Counts> counts) {
    Recording recording = new Recording(world, counts);
    world.addTraceListener(recording);
    world.network().addListener(recording);
    return recording;
  }

  @Override
  public void onDelivered(long number, Address from, Address to, boolean isReply, Message message) {
    lane(to.process()).received(bucket());
  }

  /** The part of the run that it is in; looks at the counts when a new one has begun. */
  private int bucket() {
    int bucket = (int) (world.nowNanos() / BUCKET_NANOS);
    while (samples.size() <= bucket) {
      samples.add(counts.get());
    }
    return bucket;
  }

  private Lane lane(String process) {
    Lane lane = lanes.get(process);
    if (lane == null) {
      lane = new Lane(process);
      lanes.put(process, lane);
    }
    return lane;
  }

  @Override
  public void onEvent(String who, String name, Object[] keysAndValues) {
    bucket();
    if (who.equals(WORLD)) {
      onWorldEvent(name, keysAndValues);
      return;
    }
    if (!ROLE_EVENTS.contains(name)) {
      return;
    }
    int hash = who.indexOf('#');
    int blank = who.indexOf(' ');
    String process = hash < 0 ? who : who.substring(0, hash);
    String role = blank < 0 ? "" : who.substring(blank + 1);
    onRoleEvent(process, role, name, keysAndValues);
  }

  private void onWorldEvent(String name, Object[] told) {
    long now = world.nowNanos();
    switch (name) {
      case "ProgramBegun" -> onProgram(text(told, "program"), text(told, "process"));
      case "Note" -> add("note", text(told, "by") + " notes: " + text(told, "text"));
      case "ProcessBooted" -> onBoot(text(told, "process"), (Integer) value(told, "incarnation"));
      case "ProcessKilled" -> onDeath(text(told, "process"), (Boolean) value(told, "powerLost"));
      case "ProcessPaused" -> {
        long nanos = (Long) value(told, "nanos");
        String process = text(told, "process");
        lane(process).paused(now, now + nanos);
        add("fault", named(process) + " stands still for " + Words.duration(nanos));
      }
      case "ConnectionCut" ->
          add(
              "fault",
              "the connection of "
                  + plain(text(told, "a"))
                  + " and "
                  + plain(text(told, "b"))
                  + " is cut");
      case "Fault" -> onFault(told);
      case "Phase" -> {
        endPhase();
        phase = new Span(now, now, text(told, "name"), text(told, "name"));
        add("phase", text(told, "name"));
      }
      default -> {
        // The rest is for the trace alone.
      }
    }
  }

  private void onProgram(String program, String process) {
    boolean isFirst = programs.put(process, program) == null;
    add("boot", named(process) + (isFirst ? " begins" : " begins anew"));
  }

  /** A process, with the program of a user that runs in it. */
  private String named(String process) {
    String program = programs.get(process);
    return program == null ? process : program + " (" + process + ")";
  }

  private void onBoot(String process, int incarnation) {
    Lane lane = lane(process);
    if (lane.hasLived()) {
      add("boot", named(process) + " is back");
    }
    lane.booted(world.nowNanos(), incarnation);
  }

  private void onDeath(String process, boolean powerLost) {
    lane(process).died(world.nowNanos(), powerLost);
    add("death", named(process) + " is killed" + (powerLost ? " with its machine's power" : ""));
    if (process.equals(controller)) {
      endRecoveryPhase();
      endEpoch("its controller died");
    }
  }

  private void onFault(Object[] told) {
    String kind = text(told, "kind");
    Object nanos = value(told, "nanos");
    long now = world.nowNanos();
    String what = details(told);
    String name = kind + " " + text(told, "number");
    faults
        .computeIfAbsent(kind, absent -> new ArrayList<>())
        .add(
            new Span(
                now,
                nanos instanceof Long length ? now + length : now,
                kind,
                name + (what.isEmpty() ? "" : ": " + what)));
    add("fault", "fault " + name + (what.isEmpty() ? "" : ": " + what));
  }

  /** All that is told of a fault but its name, in words. */
  private static String details(Object[] told) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i + 1 < told.length; i += 2) {
      String key = String.valueOf(told[i]);
      Object value = told[i + 1];
      if (key.equals("nanos") && value instanceof Long nanos) {
        parts.add("for " + Words.duration(nanos));
      } else if (value instanceof Boolean truth) {
        if (truth) {
          parts.add(Words.spaced(key));
        }
      } else if (!key.equals("kind") && !key.equals("number")) {
        String what = Words.spaced(key) + " ";
        String text = plain(Words.amount(key, value));
        // A machine's name says already that it is one.
        parts.add(text.startsWith(what) ? text : what + text);
      }
    }
    return String.join(", ", parts);
  }

  private void onRoleEvent(String process, String role, String name, Object[] told) {
    switch (name) {
      case "RoleStarted" ->
          lane(process).roleStarted(world.nowNanos(), text(told, "role"), text(told, "endpoint"));
      case "RoleStopped" -> lane(process).roleStopped(world.nowNanos(), text(told, "endpoint"));
      case "WorkerStopped" -> {
        lane(process).stops(text(told, "role") + ": " + text(told, "cause"));
        add("death", process + " " + text(told, "role") + " stops itself: " + text(told, "cause"));
      }
      case "SequencerStarted",
          "CommitProxyStarted",
          "ReadVersionProxyStarted",
          "ResolverStarted",
          "LogRecruited",
          "LogReopened" ->
          lane(process).roleIs(role, "epoch " + text(told, "epoch"));
      case "StorageOpened" -> lane(process).roleIs(role, "tag " + text(told, "tag"));
      case "RecoveryStarted", "RecoveryPhase", "RecoveryEnded", "PipelineFailed" ->
          onRecovery(process, name, told);
      default -> throw Check.unreachable("told, and not drawn: ", name);
    }
  }

  private void onRecovery(String process, String name, Object[] told) {
    long now = world.nowNanos();
    controller = process;
    switch (name) {
      case "RecoveryStarted" -> {
        endRecoveryPhase();
        recoveryBegunNanos = now;
        recoveryPhase = new Span(now, now, "READING_STATE", "");
        add("recovery", "a recovery begins");
      }
      case "RecoveryPhase" -> {
        endRecoveryPhase();
        String to = text(told, "to");
        if (to.equals(ACCEPTING)) {
          endEpoch("the next one began");
          epoch = new Span(now, now, "epoch", "epoch " + text(told, "epoch"));
          add(
              "recovery",
              "epoch "
                  + text(told, "epoch")
                  + " accepts commits, "
                  + Words.duration(now - recoveryBegunNanos)
                  + " after its recovery began");
        } else {
          recoveryPhase = new Span(now, now, to, "");
        }
      }
      case "RecoveryEnded" -> {
        endRecoveryPhase();
        if (!text(told, "phase").equals(ACCEPTING)) {
          add(
              "recovery",
              "the recovery gives up in "
                  + text(told, "phase")
                  + ": "
                  + plain(text(told, "reason")));
        }
      }
      default -> {
        String why = plain(text(told, "reason"));
        endEpoch(why);
        add("recovery", "epoch " + text(told, "epoch") + " ends: " + why);
      }
    }
  }

  private void endRecoveryPhase() {
    if (recoveryPhase != null) {
      long now = world.nowNanos();
      recoveries.add(
          new Span(
              recoveryPhase.fromNanos(),
              now,
              recoveryPhase.kind(),
              "recovery: "
                  + Words.spaced(recoveryPhase.kind().replace('_', ' '))
                  + ", "
                  + Words.duration(now - recoveryPhase.fromNanos())));
      recoveryPhase = null;
    }
  }

  private void endEpoch(String why) {
    if (epoch != null) {
      epochs.add(
          new Span(
              epoch.fromNanos(), world.nowNanos(), "epoch", epoch.text() + "; it ended: " + why));
      epoch = null;
    }
  }

  private void endPhase() {
    if (phase != null) {
      phases.add(phase.until(world.nowNanos()));
      phase = null;
    }
  }

  private void add(String kind, String text) {
    if (moments.size() >= MOMENTS_MAX) {
      moments.subList(0, MOMENTS_MAX / 2).clear();
      momentsLeftOut += MOMENTS_MAX / 2;
    }
    moments.add(new Moment(world.nowNanos(), kind, text));
  }

  /** The run has ended; {@code failure} is what was wrong, or null. */
  public void end(String failure) {
    long now = world.nowNanos();
    bucket();
    endPhase();
    endRecoveryPhase();
    if (epoch != null) {
      epochs.add(epoch.until(now));
      epoch = null;
    }
    lanes.values().forEach(lane -> lane.end(now));
    lanes.values().removeIf(lane -> !lane.hasLived());
    if (failure != null) {
      moments.add(new Moment(now, "failure", "the run fails: " + failure));
    }
  }

  private static Object value(Object[] told, String key) {
    for (int i = 0; i + 1 < told.length; i += 2) {
      if (key.equals(told[i])) {
        return told[i + 1];
      }
    }
    return null;
  }

  private static String text(Object[] told, String key) {
    return String.valueOf(value(told, key));
  }

  /** Without the incarnations of processes, and the brackets of lists. */
  private static String plain(String text) {
    return text.replaceAll("(:[0-9]+)#[0-9]+", "$1").replaceAll("[\\[\\]]", "");
  }

  /** What happened, in its order; perhaps without what came first. */
  public List<Moment> moments() {
    return Collections.unmodifiableList(moments);
  }

  long momentsLeftOut() {
    return momentsLeftOut;
  }

  long endNanos() {
    return world.nowNanos();
  }

  List<Counts> samples() {
    return samples;
  }

  Map<String, Lane> lanes() {
    return lanes;
  }

  Map<String, List<Span>> faults() {
    return faults;
  }

  List<Span> epochs() {
    return epochs;
  }

  List<Span> recoveries() {
    return recoveries;
  }

  List<Span> phases() {
    return phases;
  }
}
