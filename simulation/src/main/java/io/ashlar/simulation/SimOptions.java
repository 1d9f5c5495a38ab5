package io.ashlar.simulation;

/**
 * What a run is to be like; everything else is drawn from its seed.
 *
 * @param busySeconds virtual seconds during which clients work and faults go on; 1 to 3,600,
 *     default 60
 * @param commitsMin a run with fewer acknowledged commits has failed: it did nothing; default 1,000
 * @param faults whether anything fails at all; default true
 * @param faultFactor how many times as often as is drawn; 1 to 100, default 1
 */
public record SimOptions(int busySeconds, long commitsMin, boolean faults, int faultFactor) {
  public SimOptions {
    if (faultFactor < 1 || faultFactor > 100) {
      throw new IllegalArgumentException("faultFactor must be 1 to 100, not " + faultFactor);
    }
    if (busySeconds < 1 || busySeconds > 3_600) {
      throw new IllegalArgumentException("busySeconds must be 1 to 3,600, not " + busySeconds);
    }
  }

  public static SimOptions defaults() {
    return new SimOptions(60, 1_000, true, 1);
  }

  public SimOptions withBusySeconds(int seconds) {
    return new SimOptions(seconds, commitsMin * seconds / busySeconds, faults, faultFactor);
  }

  public SimOptions withCommitsMin(long commits) {
    return new SimOptions(busySeconds, commits, faults, faultFactor);
  }

  /** Faults so many times as often: for runs that are to find something soon. */
  public SimOptions withFaultFactor(int factor) {
    return new SimOptions(busySeconds, commitsMin, faults, factor);
  }

  public SimOptions withoutFaults() {
    return new SimOptions(busySeconds, commitsMin, false, faultFactor);
  }
}
