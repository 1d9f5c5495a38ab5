package io.ashlar.control;

import io.ashlar.message.WorkerClass;

/**
 * Where a worker is, and what it is for.
 *
 * @param zone what it fails together with: no two copies of anything are in one
 * @param machine what it shares disks and processors with: roles are spread over machines too
 * @param workerClass the roles it may have
 */
public record WorkerPlace(String zone, String machine, WorkerClass workerClass) {
  /** A worker that fails by itself alone, on a machine of its own, for any role. */
  public static WorkerPlace alone(String name) {
    return new WorkerPlace(name, name, WorkerClass.ANY);
  }
}
