package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.diagnosis.Words;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What goes wrong in a run, and how often: drawn once, printed first.
 *
 * @param faults the kinds that happen, by name
 * @param factor how many times as often as was drawn
 * @param powerPerMillion how many deaths of processes in a million take the machine's power with
 *     them
 * @param rebootNanosMax how long a process stays away at most
 */
public record FaultPlan(
    Map<String, Fault> faults, int factor, int powerPerMillion, long rebootNanosMax) {

  /** Nothing goes wrong. */
  public static FaultPlan none() {
    return new FaultPlan(Map.of(), 1, 0, 1);
  }

  /**
   * Each kind has draws of its own, so that leaving one out changes nothing of the others.
   *
   * @param includes which kinds may be there
   * @param factor how many times as often as is drawn, and processes away for as much shorter
   */
  public static FaultPlan draw(SeededRandom random, Predicate<String> includes, int factor) {
    Map<String, Fault> faults = new LinkedHashMap<>();
    FaultKinds.happening()
        .forEach(
            (name, kind) -> {
              SeededRandom own = random.fork(name);
              boolean drawn = own.chance(kind.perMillion());
              Fault fault = kind.maker().apply(own);
              if (drawn && includes.test(name)) {
                faults.put(name, fault);
              }
            });
    int power = random.fork(FaultKinds.POWER_LOSS).nextInt(1_000_001);
    long reboot = random.fork("reboot").nextLong(1, 4_000) * FaultKinds.MILLIS;
    return new FaultPlan(
        Collections.unmodifiableMap(faults),
        factor,
        includes.test(FaultKinds.POWER_LOSS) ? power : 0,
        Math.max(1, reboot / factor));
  }

  /** How long at most faults go on to hold things up after they have ended. */
  public long lingersNanos() {
    long sum = 0;
    for (Fault fault : faults.values()) {
      sum += fault.lingersNanos();
    }
    return sum;
  }

  /** For people. */
  public String describe() {
    if (faults.isEmpty()) {
      return "faults: none that happen at times";
    }
    List<String> kinds = new ArrayList<>();
    faults.forEach(
        (name, fault) ->
            kinds.add(
                name
                    + " ("
                    + Words.of((Record) fault).replaceFirst("^mean ", "about every ")
                    + ")"));
    return "faults: "
        + String.join(", ", kinds)
        + (factor == 1 ? "" : "; all of that " + factor + " times as often")
        + "; "
        + Words.share(powerPerMillion)
        + " of deaths take the power; dead for up to "
        + Words.duration(rebootNanosMax);
  }
}
