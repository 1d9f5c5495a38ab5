package io.ashlar.control;

import io.ashlar.core.Check;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.message.RegisterRead;

/**
 * What the registers of a set of coordinators answered to one generation. When a majority has
 * promised to take no write of a lower one, the latest write among them is what may have been
 * chosen: any majority that took a write has a member among these. Pure.
 */
final class RegisterPromises {
  private final RegisterGeneration generation;
  private final RegisterRead[] promises;
  private int promised;
  private long highestCounter;

  RegisterPromises(RegisterGeneration generation, int coordinators) {
    this.generation = generation;
    this.promises = new RegisterRead[coordinators];
    this.highestCounter = generation.counter();
  }

  /** Takes an answer; false when the register knows a higher generation and promised nothing. */
  boolean record(int coordinator, RegisterRead answer) {
    highestCounter = Math.max(highestCounter, answer.readGeneration().counter());
    if (!answer.readGeneration().equals(generation)) {
      return false;
    }
    Check.that(
        answer.writeGeneration().compareTo(generation) < 0,
        "written by a generation that only reads yet: ",
        generation);
    if (promises[coordinator] == null) {
      promised++;
    }
    promises[coordinator] = answer;
    return true;
  }

  boolean hasPromised(int coordinator) {
    return promises[coordinator] != null;
  }

  boolean isComplete() {
    return promised == promises.length;
  }

  boolean isQuorum() {
    return promised > promises.length / 2;
  }

  /** The highest counter heard of; one attempt above it is ahead of all of them. */
  long highestCounter() {
    return highestCounter;
  }

  /** Of those that promised, the one with the last write; only once they are a quorum. */
  RegisterRead latest() {
    Check.that(isQuorum(), "decided by a minority: ", promised);
    RegisterRead latest = null;
    for (RegisterRead promise : promises) {
      if (promise != null && (latest == null || isLater(promise, latest))) {
        latest = promise;
      }
    }
    return latest;
  }

  private static boolean isLater(RegisterRead one, RegisterRead other) {
    int byGeneration = one.writeGeneration().compareTo(other.writeGeneration());
    return byGeneration != 0 ? byGeneration > 0 : one.sequence() > other.sequence();
  }
}
