package io.ashlar.control;

import io.ashlar.core.AshlarException;
import io.ashlar.core.MalformedException;
import io.ashlar.host.Host;
import io.ashlar.message.RegisterWorker;
import java.util.List;

/**
 * The configuration of the next epoch. It is what the rows of the database say, if that can be.
 * Otherwise it is the present one, so that nobody who asks too much stops the database: the wish
 * stays, and is met once it can be.
 *
 * @param configuration of the next epoch
 * @param wish what was asked for and is not met, or null
 */
record ConfigurationChoice(ClusterConfiguration configuration, Wish wish) {
  /**
   * A configuration that the rows ask for, and the epoch has not.
   *
   * @param wanted null when there is no such configuration
   * @param why it has not, for people
   */
  record Wish(ClusterConfiguration wanted, String why) {
    boolean canBeMet(List<RegisterWorker> live) {
      return wanted != null && EpochPlan.missing(wanted, live).isEmpty();
    }
  }

  static ConfigurationChoice of(
      Host host, ClusterConfiguration present, Metadata metadata, List<RegisterWorker> live) {
    ClusterConfiguration wanted;
    try {
      wanted = present.with(metadata.settings());
    } catch (AshlarException | MalformedException e) {
      host.probes().hit("recovery.impossible-configuration");
      return new ConfigurationChoice(present, new Wish(null, e.getMessage()));
    }
    String missing = EpochPlan.missing(wanted, live);
    if (missing.isEmpty()) {
      return new ConfigurationChoice(wanted, null);
    }
    if (wanted.equals(present)) {
      return new ConfigurationChoice(present, null);
    }
    host.probes().hit("recovery.configuration-waits");
    return new ConfigurationChoice(present, new Wish(wanted, "it needs " + missing));
  }
}
