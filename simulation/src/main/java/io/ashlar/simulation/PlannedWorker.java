package io.ashlar.simulation;

import io.ashlar.message.WorkerClass;
import io.ashlar.simulation.world.Place;
import java.util.List;

/**
 * A worker of a cluster.
 *
 * @param process its name, which is its address
 * @param place where it runs
 * @param workerClass the roles it may have
 */
record PlannedWorker(String process, Place place, WorkerClass workerClass) {
  private static final int PORT = 4500;
  private static final int MOVED = 100;
  private static final String NET = "10.0.0.";

  /** The process of the first of a cluster. */
  static final String FIRST = NET + 1 + ":" + PORT;

  /** On a computer of its own. */
  static PlannedWorker alone(int computer, int zone) {
    return new PlannedWorker(
        NET + computer + ":" + PORT,
        new Place("computer-" + computer, zoneName(zone)),
        WorkerClass.ANY);
  }

  /** On the computer of another, where nobody of {@code all} listens. */
  static PlannedWorker beside(PlannedWorker other, List<PlannedWorker> all) {
    String computer = other.place.computer();
    long there = all.stream().filter(one -> one.place.computer().equals(computer)).count();
    String address = other.process.substring(0, other.process.indexOf(':'));
    return new PlannedWorker(address + ":" + (PORT + there), other.place, WorkerClass.ANY);
  }

  PlannedWorker ofClass(WorkerClass other) {
    return new PlannedWorker(process, place, other);
  }

  /** Its address after so many moves of workers: one that nobody had before. */
  String movedBy(int moves) {
    return process.substring(0, process.indexOf(':')) + ":" + (PORT + MOVED + moves);
  }

  boolean mayHaveStorage() {
    return workerClass == WorkerClass.ANY || workerClass == WorkerClass.STORAGE;
  }

  boolean mayHaveLogs() {
    return workerClass == WorkerClass.ANY || workerClass == WorkerClass.LOG;
  }

  boolean mayHavePipeline() {
    return workerClass != WorkerClass.STORAGE;
  }

  boolean isInZone(int zone) {
    return place.zone().equals(zoneName(zone));
  }

  private static String zoneName(int zone) {
    return "zone-" + zone;
  }

  /** Short, since a run's plan is printed. */
  @Override
  public String toString() {
    String roles = workerClass == WorkerClass.ANY ? "" : " for " + workerClass;
    return process + roles + " in " + place.computer() + " in " + place.zone();
  }
}
