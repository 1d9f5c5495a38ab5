package io.ashlar.control;

import io.ashlar.leader.FollowOptions;

/**
 * A worker's settings.
 *
 * @param place where it is and what it is for
 * @param registerNanos how often it registers with the controller; default 250 ms
 * @param pastNanos how long one controller may tell of an epoch that is over before that is taken
 *     for a loss of the coordinated state; default 15 s: one that has lost the lead, and is still
 *     told to have it, does so for less
 * @param follow how it looks for the controller and asks it for the view
 */
public record WorkerOptions(
    WorkerPlace place, long registerNanos, long pastNanos, FollowOptions follow) {
  public static WorkerOptions defaults(WorkerPlace place) {
    return new WorkerOptions(place, 250_000_000L, 15_000_000_000L, FollowOptions.defaults());
  }
}
