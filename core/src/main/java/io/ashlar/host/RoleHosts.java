package io.ashlar.host;

/**
 * What a worker needs to host roles: makes a host for each, and starts and stops it on the worker's
 * loop.
 */
public interface RoleHosts {
  /**
   * A host bound to {@code endpoint} of this process, with files below {@code folder} and a random
   * stream of its own.
   *
   * @param name the role's name in traces, such as {@code log-server}
   */
  Host host(String name, long endpoint, String folder);

  /** Registers and starts {@code role}: from now on it receives the messages to its endpoint. */
  void start(long endpoint, Role role);

  /**
   * Calls the role's {@link Role#stop} and forgets it; requests to the endpoint are refused with
   * {@link io.ashlar.core.ErrorCode#BROKEN_PROMISE} from now on.
   */
  void stop(long endpoint);
}
