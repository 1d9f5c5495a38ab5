package io.ashlar.storage;

import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.message.LogSet;

/** A database that has just begun: one log server, and one storage server that has everything. */
final class FirstEpoch {
  static final long RT = 100_000_000;
  static final Mutation ASSIGN_ALL =
      new Mutation(MutationType.SHARD_ASSIGNED, Keys.ALL.begin(), Keys.ALL.end());

  final FakeWorld world = new FakeWorld(1);
  final LogSet logs = world.generation(1, 0, 0, RT, 1);
  final FakeLog log = world.logsOf(logs).get(0);

  /** Starts the storage server and lets it pull its first version, RT. */
  void start() {
    world.start();
    world.view(1, logs);
    log.push(RT, RT, Mutation.epochEnd(0), ASSIGN_ALL);
    world.runMillis(20);
  }
}
