package io.ashlar.control;

import io.ashlar.core.SeededRandom;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Tags;
import io.ashlar.core.Uid;
import io.ashlar.message.RegisterWorker;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A database that is to be created: what it waits for, and its first state. What is dealt then
 * stays where it is, so it is to have all the room that was meant for it. Pure.
 *
 * @param workersMin how many workers are to be there
 * @param configuration what it is to have
 * @param live the workers that are there
 */
record DatabaseCreation(
    int workersMin, ClusterConfiguration configuration, List<RegisterWorker> live) {
  /** The workers that are missing, for people; empty when it can be created. */
  String missing() {
    if (live.size() < workersMin) {
      return workersMin
          + " processes, of which "
          + live.size()
          + (live.size() == 1 ? " is" : " are")
          + " there, before the database is created";
    }
    String missing = EpochPlan.missing(configuration, live);
    return missing.isEmpty()
        ? WorkerChoice.missing(RoleKind.STORAGE, configuration.storageReplication(), live)
        : missing;
  }

  /** What shows that there has been a database, for people; empty when nothing does. */
  String lost() {
    for (RegisterWorker worker : live) {
      if (!worker.logIds().isEmpty() || !worker.storages().isEmpty()) {
        return "the coordinators know of no database, and the worker at "
            + worker.process()
            + " has roles of one: restore their files register-* from copies";
      }
      if (worker.viewEpoch() > 0) {
        return "the coordinators know of no database, and the worker at "
            + worker.process()
            + " knows one that has begun epoch "
            + worker.viewEpoch()
            + ": restore their files register-* from copies";
      }
    }
    return "";
  }

  /** Before its first epoch, with its storage servers dealt over the workers. */
  CoordinatedState plan(Uid databaseId, SeededRandom random) {
    List<StorageMember> storages = new ArrayList<>();
    List<RegisterWorker> chosen =
        new WorkerChoice(live, Set.of())
            .choose(RoleKind.STORAGE, configuration.storages(), configuration.storageReplication());
    for (RegisterWorker worker : chosen) {
      int tag = Tags.FIRST_STORAGE + storages.size();
      storages.add(new StorageMember(Uid.draw(random), tag, worker.workerId(), worker.zone()));
    }
    return new CoordinatedState(
        databaseId, 0, configuration, storages, List.of(), new StoreTime(0, 0));
  }
}
