package io.ashlar.simulation.faults;

import io.ashlar.client.Client;
import io.ashlar.client.Database;
import io.ashlar.client.DatabaseAddress;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.client.DirectReads;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.host.Role;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import io.ashlar.simulation.world.EventHost;
import io.ashlar.simulation.world.SimProcess;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody asks a role for what it must refuse: messages of a peer with a bug, or of nobody's. One
 * that is not refused is a failure of the run.
 */
record StrangerFault(long meanNanos) implements Fault {
  private static final int VISITOR_PER_MILLION = 50_000;
  private static final long VISIT_MAX_NANOS = 500 * FaultKinds.MILLIS;

  /** Long enough for a visitor to be told so. */
  private static final int LONG_VISIT_PER_MILLION = 100_000;

  private static final long LONG_VISIT_MAX_NANOS = 30_000 * FaultKinds.MILLIS;

  private static final int BOOT_QUESTIONS_MAX = 4;
  private static final long BOOT_NANOS_MIN = 1_000;
  private static final long BOOT_NANOS_MAX = 100 * FaultKinds.MILLIS;

  /** Endpoints of visitors; each has its own. */
  private static final long VISITOR_ENDPOINTS = 1L << 50;

  static Fault draw(SeededRandom random) {
    return new StrangerFault(random.nextLong(20, 1_000) * FaultKinds.MILLIS);
  }

  /** Whoever waits for a process to be there asks as soon as it is, and it may not be ready yet. */
  @Override
  public void begin(FaultScene scene) {
    SeededRandom random = scene.random();
    scene.eachBoot(
        process -> {
          int questions = random.nextInt(BOOT_QUESTIONS_MAX + 1);
          for (int i = 0; i < questions; i++) {
            boolean fromItself = random.nextBoolean();
            scene.later(
                FaultKinds.spread(random, BOOT_NANOS_MIN, BOOT_NANOS_MAX),
                () -> {
                  if (process.isAlive()) {
                    ask(scene, fromItself ? process : scene.any(), process);
                  }
                });
          }
        });
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess from = scene.any();
    SimProcess to = scene.any();
    if (from == null) {
      return;
    }
    if (scene.random().chance(VISITOR_PER_MILLION)) {
      visit(scene, from);
    } else {
      ask(scene, from, to);
    }
  }

  private static void ask(FaultScene scene, SimProcess from, SimProcess to) {
    List<Long> endpoints = new ArrayList<>(to.endpoints());
    endpoints.remove(Stranger.ENDPOINT);
    if (endpoints.isEmpty()) {
      return;
    }
    long endpoint = endpoints.get(scene.random().nextInt(endpoints.size()));
    Role role = to.role(endpoint);
    // Counted and not told: there are so many that the trace would have little else.
    scene.world().count("stranger");
    from.execute(
        () -> {
          Stranger stranger = stranger(scene, from);
          Uid set = scene.cluster().coordinators().id();
          for (Message request : new IllegalRequests(scene.random(), set).draw(role)) {
            stranger.ask(
                new Address(to.name(), endpoint), role.getClass().getSimpleName(), request);
          }
        });
  }

  private static Stranger stranger(FaultScene scene, SimProcess process) {
    if (process.role(Stranger.ENDPOINT) == null) {
      process.start(
          Stranger.ENDPOINT,
          new Stranger(
              process.host("stranger", Stranger.ENDPOINT, "stranger"),
              accepted -> fail(scene, accepted)));
    }
    return (Stranger) process.role(Stranger.ENDPOINT);
  }

  private static void fail(FaultScene scene, String what) {
    scene.world().fail("stranger", new IllegalStateException(what));
  }

  /** A client whose database is another one reads nothing here; after a while it is closed. */
  private static void visit(FaultScene scene, SimProcess process) {
    List<SimProcess> workers = scene.workers();
    if (workers.isEmpty()) {
      return;
    }
    scene.world().count("stranger");
    scene.world().count("clients of another database");
    Database database =
        Client.connect(
            process,
            VISITOR_ENDPOINTS + scene.random().nextLong(VISITOR_ENDPOINTS),
            process,
            new EventHost(process),
            new DatabaseAddress(
                scene.cluster().coordinators(), Uid.draw(scene.random()).toString()),
            DatabaseOptions.defaults(),
            DirectReads.NONE,
            () -> null);
    database
        .createTransaction()
        .get(new byte[] {1})
        .thenAccept(value -> fail(scene, "another database was read"));
    long visitMaxNanos =
        scene.random().chance(LONG_VISIT_PER_MILLION) ? LONG_VISIT_MAX_NANOS : VISIT_MAX_NANOS;
    scene.world().after(scene.random().nextLong(visitMaxNanos), database::close);
  }
}
