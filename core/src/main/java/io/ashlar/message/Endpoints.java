package io.ashlar.message;

/**
 * Endpoints with a fixed number. All others are drawn at random when a role is recruited, or are
 * the low half of the identity of a role with a disk, so that no message meant for a role that is
 * gone reaches another.
 */
public final class Endpoints {
  /** The cluster controller, where it is. */
  public static final long CONTROLLER = 1;

  /** The worker itself: recruits and stops roles. */
  public static final long WORKER = 2;

  /** A coordinator. */
  public static final long COORDINATOR = 3;

  /** Who would be the cluster controller. */
  public static final long CANDIDATE = 4;

  /** What a process tells of itself, its machine and its disk. */
  public static final long PROCESS = 5;

  private Endpoints() {}
}
