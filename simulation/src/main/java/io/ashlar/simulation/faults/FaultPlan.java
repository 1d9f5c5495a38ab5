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
 * @param stretchPerMille how many thousandths of its own time each kind lets pass between two
 * @param factor how many times as often as was drawn
 * @param powerPerMillion how many deaths of processes in a million take the computer's power with
 *     them
 * @param rebootNanosMax how long a process stays away at most
 */
public record FaultPlan(
    Map<String, Fault> faults,
    long stretchPerMille,
    int factor,
    int powerPerMillion,
    long rebootNanosMax) {
  private static final long HARM_PER_MILLE_MIN = 300;
  private static final long HARM_PER_MILLE_MAX = 1_500;

  /** Nothing goes wrong. */
  public static FaultPlan none() {
    return new FaultPlan(Map.of(), 1_000, 1, 0, 1);
  }

  /**
   * Each kind has draws of its own, so that leaving one out changes nothing of the others.
   *
   * @param includes which kinds may be there
   * @param factor how many times as often as is drawn, and processes away for as much shorter
   */
  public static FaultPlan draw(SeededRandom random, Predicate<String> includes, int factor) {
    Map<String, Fault> drawn = new LinkedHashMap<>();
    FaultKinds.happening()
        .forEach(
            (name, kind) -> {
              SeededRandom own = random.fork(name);
              boolean isThere = own.chance(kind.perMillion());
              Fault fault = kind.maker().apply(own);
              if (isThere) {
                drawn.put(name, fault);
              }
            });
    long stretch = stretchPerMille(drawn, random.fork("harm"));
    drawn.keySet().removeIf(includes.negate());
    int power = random.fork(FaultKinds.POWER_LOSS).nextInt(1_000_001);
    long reboot = random.fork("reboot").nextLong(1, 4_000) * FaultKinds.MILLIS;
    return new FaultPlan(
        Collections.unmodifiableMap(drawn),
        stretch,
        factor,
        includes.test(FaultKinds.POWER_LOSS) ? power : 0,
        Math.max(1, reboot / factor));
  }

  /**
   * Faults one after the other leave no time for a commit. So all of them together, those that were
   * drawn and left out too, may take no more than a drawn part of it.
   */
  private static long stretchPerMille(Map<String, Fault> drawn, SeededRandom random) {
    long allowed = FaultKinds.spread(random, HARM_PER_MILLE_MIN, HARM_PER_MILLE_MAX);
    long harm = 0;
    for (Fault fault : drawn.values()) {
      harm += 1_000 * fault.harmNanos() / fault.meanNanos();
    }
    return Math.max(1_000, 1_000 * harm / allowed);
  }

  /** The mean time between two faults of a kind of this plan. */
  long meanNanos(Fault fault) {
    return Math.max(1, fault.meanNanos() / factor * stretchPerMille / 1_000);
  }

  /** How long at most faults go on to hold things up after they have ended. */
  public long lingersNanos() {
    long longest = 0;
    for (Fault fault : faults.values()) {
      longest = Math.max(longest, fault.lingersNanos());
    }
    return longest;
  }

  /** For people. */
  public String describe() {
    if (faults.isEmpty()) {
      return "faults: none that happen at times";
    }
    List<String> kinds = new ArrayList<>();
    faults.forEach((name, fault) -> kinds.add(name + " (" + describe(fault) + ")"));
    return "faults: "
        + String.join(", ", kinds)
        + "; "
        + Words.share(powerPerMillion)
        + " of deaths take the power; dead for up to "
        + Words.duration(rebootNanosMax);
  }

  /** With the times that are left after all that makes it rarer or more frequent. */
  private String describe(Fault fault) {
    String mean = "about every " + Words.duration(meanNanos(fault));
    return Words.of((Record) fault).replaceFirst("^mean [^,]*", mean);
  }
}
