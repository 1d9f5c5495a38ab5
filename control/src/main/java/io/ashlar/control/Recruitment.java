package io.ashlar.control;

import io.ashlar.core.KeyValue;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.Endpoints;
import io.ashlar.message.LogSet;
import io.ashlar.message.Message;
import io.ashlar.message.RecruitCommitProxy;
import io.ashlar.message.RecruitLog;
import io.ashlar.message.RecruitReadVersionProxy;
import io.ashlar.message.RecruitResolver;
import io.ashlar.message.RecruitSequencer;
import io.ashlar.message.RecruitStorage;
import io.ashlar.message.Recruited;
import io.ashlar.message.RegisterWorker;
import java.util.ArrayList;
import java.util.List;

/**
 * The round of RECRUITING: one request for each role of the epoch, all at once, since addresses are
 * known before. A worker that is gone, refuses, or takes too long ends the attempt.
 *
 * <p>Who is slow is not asked again. A connection loses nothing without breaking, and a request
 * that is under way hears of the break. A second one could reach a worker that was started again
 * since, which would make the role anew, under the same address: a sequencer that knows nothing of
 * the versions its earlier life has given to proxies.
 */
final class Recruitment {
  private static final class Post {
    final String process;
    final Message request;
    boolean filled;

    Post(String process, Message request) {
      this.process = process;
      this.request = request;
    }

    /** Whether the role is on a disk, and so the same in each life of its worker. */
    boolean outlivesWorker() {
      return request instanceof RecruitLog || request instanceof RecruitStorage;
    }
  }

  /** For so many times as long as it had to start a role a worker that did not comes last. */
  private static final int AVOIDED_TIMES = 6;

  /** When a request is repeated, it is so within this time. */
  private static final long AGAIN_MAX_NANOS = 500_000_000;

  /** When a request is given up early, it is so within this time. */
  private static final long HURRY_MAX_NANOS = 50_000_000;

  private final Host host;
  private final ControllerOptions options;
  private final WorkerRegistry workers;
  private final PhaseListener listener;
  private final List<Post> posts = new ArrayList<>();
  private boolean failed;

  Recruitment(
      Host host,
      ControllerOptions options,
      WorkerRegistry workers,
      CoordinatedState state,
      EpochPlan plan,
      LogGeneration generation,
      LogSet old,
      StoreTime storeTime,
      List<KeyValue> metadata,
      PhaseListener listener) {
    this.host = host;
    this.options = options;
    this.workers = workers;
    this.listener = listener;
    long epoch = state.epoch();
    Uid databaseId = state.databaseId();
    if (state.isNew()) {
      addStorages(state, workers);
    }
    List<Integer> tags = new ArrayList<>();
    for (StorageMember storage : state.storages()) {
      tags.add(storage.tag());
    }
    for (EpochPlan.Placed log : plan.logs()) {
      add(log, new RecruitLog(databaseId, epoch, log.roleId(), generation, old, tags));
    }
    LogSet logs = new LogSet(generation, EpochPlan.addresses(plan.logs()));
    long rt = generation.recoveryTransactionVersion();
    long window = state.configuration().windowVersions();
    Address sequencer = plan.sequencer().address();
    add(
        plan.sequencer(),
        new RecruitSequencer(databaseId, epoch, plan.sequencer().roleId(), rt, storeTime, window));
    for (EpochPlan.Placed resolver : plan.resolvers()) {
      add(
          resolver,
          new RecruitResolver(
              databaseId, epoch, resolver.roleId(), rt, window, plan.commitProxies().size()));
    }
    for (EpochPlan.Placed proxy : plan.readVersionProxies()) {
      add(
          proxy,
          new RecruitReadVersionProxy(
              databaseId, epoch, proxy.roleId(), sequencer, logs, storeTime));
    }
    for (int i = 0; i < plan.commitProxies().size(); i++) {
      EpochPlan.Placed proxy = plan.commitProxies().get(i);
      add(
          proxy,
          new RecruitCommitProxy(
              databaseId,
              epoch,
              proxy.roleId(),
              i,
              sequencer,
              plan.resolverShares(),
              logs,
              window,
              metadata));
    }
  }

  private void addStorages(CoordinatedState state, WorkerRegistry workers) {
    for (StorageMember storage : state.storages()) {
      for (RegisterWorker worker : workers.live(host.clock().nowNanos())) {
        if (worker.workerId().equals(storage.workerId())) {
          posts.add(
              new Post(
                  worker.process(),
                  new RecruitStorage(
                      state.databaseId(),
                      storage.storageId(),
                      storage.tag(),
                      storage.workerId(),
                      0)));
        }
      }
    }
    if (posts.size() < state.storages().size()) {
      // The worker of a planned storage server is away; the next attempt will look again.
      failed = true;
    }
  }

  private void add(EpochPlan.Placed placed, Message request) {
    posts.add(new Post(placed.process(), request));
  }

  boolean isComplete() {
    if (failed) {
      return false;
    }
    for (Post post : posts) {
      if (!post.filled) {
        return false;
      }
    }
    return true;
  }

  /** Asks all workers; called once. */
  void begin() {
    if (failed) {
      listener.onFailed("a worker of a planned storage server is away");
      return;
    }
    for (Post post : posts) {
      send(post);
      if (host.faults().at("recovery.recruit-again")) {
        host.timers().schedule(host.random().nextLong(AGAIN_MAX_NANOS), () -> sendAgain(post));
      }
    }
  }

  /** Only a role without a disk that is there already must not be made anew. */
  private void sendAgain(Post post) {
    if (!post.filled || post.outlivesWorker()) {
      send(post);
    }
  }

  private void send(Post post) {
    boolean hurries = host.faults().at("recovery.recruit-in-a-hurry");
    host.network()
        .request(
            new Address(post.process, Endpoints.WORKER),
            post.request,
            Recruited.class,
            hurries ? 1 + host.random().nextLong(HURRY_MAX_NANOS) : options.recruitNanos(),
            new Reply(post));
  }

  /** The answer of one worker. */
  private final class Reply implements ReplyHandler<Recruited> {
    private final Post post;

    Reply(Post post) {
      this.post = post;
    }

    @Override
    public void onReply(Recruited reply) {
      post.filled = true;
      listener.onProgress();
    }

    @Override
    public void onFailure(Failure failure) {
      if (post.filled) {
        return; // It was asked twice.
      }
      failed = true;
      // The next attempt looks for others.
      long nowNanos = host.clock().nowNanos();
      if (failure.kind() == Failure.Kind.DISCONNECTED) {
        workers.lost(post.process, nowNanos);
      } else {
        // For longer than the next attempt takes: of two whose disks hang each would else be asked
        // again when the other has just failed.
        workers.avoid(post.process, nowNanos + AVOIDED_TIMES * options.recruitNanos());
      }
      host.probes()
          .hit(
              failure.kind() == Failure.Kind.TIMED_OUT
                  ? "recovery.recruitment-timed-out"
                  : "recovery.recruitment-failed");
      listener.onFailed(
          post.process + " did not start a role: " + failure.code() + " " + failure.detail());
    }
  }
}
