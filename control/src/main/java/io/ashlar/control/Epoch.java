package io.ashlar.control;

import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import java.util.List;
import java.util.Set;

/**
 * An epoch that has begun.
 *
 * @param state as it was written
 * @param registerGeneration to write it with
 * @param plan where its roles are
 * @param wish the configuration asked for that it has not, or null
 * @param coordinators who are to be the coordinators, or null when that was never said
 * @param excluded workers that are to have no roles
 */
record Epoch(
    CoordinatedState state,
    RegisterGeneration registerGeneration,
    EpochPlan plan,
    ConfigurationChoice.Wish wish,
    List<Address> coordinators,
    Set<Uid> excluded) {
  long number() {
    return state.epoch();
  }

  Epoch with(CoordinatedState other) {
    return new Epoch(other, registerGeneration, plan, wish, coordinators, excluded);
  }
}
