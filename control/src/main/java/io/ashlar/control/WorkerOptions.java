package io.ashlar.control;

/**
 * A worker's settings.
 *
 * @param zone what it fails together with; default: the name of the process
 * @param registerNanos how often it registers with the controller; default 250 ms
 * @param pollNanos how long a poll for the view may take before it is asked again; default 3 s
 */
public record WorkerOptions(String zone, long registerNanos, long pollNanos) {
  public static WorkerOptions defaults(String zone) {
    return new WorkerOptions(zone, 250_000_000L, 3_000_000_000L);
  }
}
