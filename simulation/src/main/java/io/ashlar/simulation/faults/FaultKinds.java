package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** All kinds of faults by name: those that happen again and again, and those that just are. */
public final class FaultKinds {
  static final long MILLIS = 1_000_000;

  /** Deaths that take the power of their machine with them. */
  public static final String POWER_LOSS = "power-loss";

  /**
   * @param perMillion how many runs in a million have it
   */
  record Kind(int perMillion, Function<SeededRandom, Fault> maker) {}

  private FaultKinds() {}

  /** Each kind that happens, in a fixed order. */
  static Map<String, Kind> happening() {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    kinds.put("kill", new Kind(900_000, KillFault::draw));
    kinds.put("outage", new Kind(200_000, OutageFault::draw));
    kinds.put("cut", new Kind(900_000, CutFault::draw));
    kinds.put("clog", new Kind(500_000, ClogFault::draw));
    kinds.put("partition", new Kind(400_000, PartitionFault::draw));
    kinds.put("strand", new Kind(400_000, StrandFault::draw));
    kinds.put("pause", new Kind(400_000, PauseFault::draw));
    kinds.put("wall-clock", new Kind(500_000, WallClockFault::draw));
    return Collections.unmodifiableMap(kinds);
  }

  /** What may be named to have or to leave out, in a fixed order. */
  public static List<String> names() {
    List<String> names = new ArrayList<>(happening().keySet());
    names.add(POWER_LOSS);
    names.addAll(io.ashlar.simulation.world.WorldConditions.FAULTS);
    return names;
  }
}
