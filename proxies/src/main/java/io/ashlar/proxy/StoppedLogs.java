package io.ashlar.proxy;

import io.ashlar.core.LogGeneration;

/**
 * The log servers that take nothing any more: locked, or started again. One that stopped never goes
 * on, and what it has is the beginning of the chain. The epoch goes on while they are at most as
 * many as commits need not wait for. Pure.
 */
final class StoppedLogs {
  private final boolean[] stopped;
  private final int antiQuorum;
  private int count;

  StoppedLogs(LogGeneration generation) {
    stopped = new boolean[generation.members().size()];
    antiQuorum = generation.antiQuorum();
  }

  boolean has(int member) {
    return stopped[member];
  }

  /** Takes down that a log server has stopped; true when too many have for the epoch to go on. */
  boolean isEpochOver(int member) {
    if (!stopped[member]) {
      stopped[member] = true;
      count++;
    }
    return count > antiQuorum;
  }
}
