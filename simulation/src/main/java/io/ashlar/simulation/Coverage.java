package io.ashlar.simulation;

import io.ashlar.simulation.faults.FaultDriver;
import io.ashlar.simulation.faults.FaultKinds;
import io.ashlar.simulation.world.WorldConditions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often many runs together reached each rare path that is marked in a role, each point at which
 * a rare branch is forced, and each shape of input. The names of all there are come from a list
 * beside this class, which a test compares with the sources: so what was never reached is known
 * too. So is which kinds of faults never happened, and whether anything was compared at the end of
 * runs.
 *
 * <p>Names are those of {@link SimResult#probes} and, for the points and the kinds of faults, of
 * {@link SimResult#faults}: these begin with {@value #POINT} and {@value FaultDriver#HAPPENED}, or
 * are of faults that a world has rather than of such that happen at times.
 */
final class Coverage {
  /** What the name of a point begins with, among the counts of faults. */
  static final String POINT = "point ";

  /** What the name of a thing begins with that is compared when a run is at rest. */
  private static final String COMPARED = "compared ";

  private static final String LIST = "coverage.txt";

  /** What comes of the kinds that only make the next operation of a disk or an engine fail. */
  private static final List<String> DISK_ERRORS =
      List.of(
          "disk errors: ENGINE_FLUSH",
          "disk errors: ENGINE_READ",
          "disk errors: READ",
          "disk errors: SYNC",
          "disk errors: WRITE",
          "disk errors: no space left");

  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<String, Long> strangers = new TreeMap<>();

  /** Nothing of {@code known} has been reached yet. */
  Coverage(Collection<String> known) {
    known.forEach(name -> counts.put(name, 0L));
  }

  /** Nothing of all there is has been reached yet. */
  static Coverage ofEverything() {
    List<String> everything = new ArrayList<>(names());
    for (String kind : FaultKinds.names()) {
      if (FaultKinds.happens(kind)) {
        // Its turn has come, and it has met something to harm.
        everything.add(FaultDriver.HAPPENED + kind);
        everything.add(kind);
      } else if (!kind.equals(WorldConditions.FAULT_POINTS)) {
        everything.add(kind);
      }
    }
    everything.addAll(DISK_ERRORS);
    // Comparing nothing finds no difference either.
    RestAudit.COUNTED.forEach(name -> everything.add(COMPARED + name));
    return new Coverage(everything);
  }

  /** All names of what is marked in roles, in order. */
  static List<String> names() {
    try (InputStream list = Coverage.class.getResourceAsStream(LIST)) {
      return read(new String(list.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names in a text with one in each line; lines with a # are for people. */
  static List<String> read(String text) {
    List<String> names = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        names.add(line.strip());
      }
    }
    return names;
  }

  /** Adds what one run reached. */
  void add(SimResult result) {
    result.probes().forEach(this::add);
    result
        .workloads()
        .getOrDefault(Simulation.REPLICAS, Map.of())
        .forEach((name, count) -> add(COMPARED + name, count));
    result
        .faults()
        .forEach(
            (name, count) -> {
              boolean isKnown = counts.containsKey(name);
              if (isKnown || name.startsWith(POINT) || name.startsWith(FaultDriver.HAPPENED)) {
                add(name, count);
              }
            });
  }

  void add(String name, long count) {
    (counts.containsKey(name) ? counts : strangers).merge(name, count, Long::sum);
  }

  /** How often each name was reached, those that never were included. */
  Map<String, Long> counts() {
    return Collections.unmodifiableMap(counts);
  }

  /** What was never reached. */
  List<String> holes() {
    List<String> holes = new ArrayList<>();
    counts.forEach(
        (name, count) -> {
          if (count == 0) {
            holes.add(name);
          }
        });
    return holes;
  }

  /** What was reached and is on no list: it would not be missed if it were never reached again. */
  List<String> unlisted() {
    return List.copyOf(strangers.keySet());
  }
}
