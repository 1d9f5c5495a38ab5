package io.ashlar.simulation;

/**
 * What a run of users' code is to be like.
 *
 * @param busySeconds virtual seconds in which faults go on; 1 to 3,600, default 10
 * @param faults which kinds may happen; default all
 * @param faultFactor how many times as often as is drawn; 1 to 100, default 1
 * @param clients how many are there that faults neither kill nor pause; 1 to 100, default 1
 * @param calmSecondsMax virtual seconds after which the code must have come to its end when faults
 *     have ended; 1 to 1,000,000, default 600
 * @param blockedSecondsMax real seconds for which a program may do something else than to wait for
 *     the database; 0 for ever, default 30
 */
public record SimulatedRunOptions(
    int busySeconds,
    Selection faults,
    int faultFactor,
    int clients,
    int calmSecondsMax,
    int blockedSecondsMax) {
  public SimulatedRunOptions {
    range("busySeconds", busySeconds, 1, 3_600);
    range("faultFactor", faultFactor, 1, 100);
    range("clients", clients, 1, 100);
    range("calmSecondsMax", calmSecondsMax, 1, 1_000_000);
    range("blockedSecondsMax", blockedSecondsMax, 0, 1_000_000);
  }

  private static void range(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " is " + value + ": it must be " + min + " to " + max);
    }
  }

  public static SimulatedRunOptions defaults() {
    return new SimulatedRunOptions(10, Selection.all(), 1, 1, 600, 30);
  }

  public SimulatedRunOptions withBusySeconds(int seconds) {
    return new SimulatedRunOptions(
        seconds, faults, faultFactor, clients, calmSecondsMax, blockedSecondsMax);
  }

  public SimulatedRunOptions withFaults(Selection selected) {
    return new SimulatedRunOptions(
        busySeconds, selected, faultFactor, clients, calmSecondsMax, blockedSecondsMax);
  }

  public SimulatedRunOptions withFaultFactor(int factor) {
    return new SimulatedRunOptions(
        busySeconds, faults, factor, clients, calmSecondsMax, blockedSecondsMax);
  }

  public SimulatedRunOptions withClients(int number) {
    return new SimulatedRunOptions(
        busySeconds, faults, faultFactor, number, calmSecondsMax, blockedSecondsMax);
  }

  public SimulatedRunOptions withCalmSecondsMax(int seconds) {
    return new SimulatedRunOptions(
        busySeconds, faults, faultFactor, clients, seconds, blockedSecondsMax);
  }

  public SimulatedRunOptions withBlockedSecondsMax(int seconds) {
    return new SimulatedRunOptions(
        busySeconds, faults, faultFactor, clients, calmSecondsMax, seconds);
  }
}
