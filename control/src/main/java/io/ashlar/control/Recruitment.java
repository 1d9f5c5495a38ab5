package io.ashlar.control;

import io.ashlar.core.KeyValue;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.StoreTime;
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
 * known before. A worker that is gone or refuses ends the attempt; one that is slow is asked again.
 */
final class Recruitment {
  /** Hears how the round goes. */
  interface Listener {
    void onProgress();

    void onFailed(String reason);
  }

  private static final class Post {
    final String process;
    final Message request;
    boolean asked;
    boolean filled;

    Post(String process, Message request) {
      this.process = process;
      this.request = request;
    }
  }

  private final Host host;
  private final ControllerOptions options;
  private final Listener listener;
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
      Listener listener) {
    this.host = host;
    this.options = options;
    this.listener = listener;
    long epoch = state.epoch();
    if (state.isNew()) {
      addStorages(state, workers);
    }
    List<Integer> tags = new ArrayList<>();
    for (StorageMember storage : state.storages()) {
      tags.add(storage.tag());
    }
    for (EpochPlan.Placed log : plan.logs()) {
      add(log, new RecruitLog(epoch, log.roleId(), generation, old, tags));
    }
    LogSet logs = new LogSet(generation, EpochPlan.addresses(plan.logs()));
    long rt = generation.recoveryTransactionVersion();
    long window = state.configuration().windowVersions();
    Address sequencer = plan.sequencer().address();
    add(
        plan.sequencer(),
        new RecruitSequencer(epoch, plan.sequencer().roleId(), rt, storeTime, window));
    for (EpochPlan.Placed resolver : plan.resolvers()) {
      add(
          resolver,
          new RecruitResolver(epoch, resolver.roleId(), rt, window, plan.commitProxies().size()));
    }
    for (EpochPlan.Placed proxy : plan.readVersionProxies()) {
      add(proxy, new RecruitReadVersionProxy(epoch, proxy.roleId(), sequencer, logs, storeTime));
    }
    for (int i = 0; i < plan.commitProxies().size(); i++) {
      EpochPlan.Placed proxy = plan.commitProxies().get(i);
      add(
          proxy,
          new RecruitCommitProxy(
              epoch, proxy.roleId(), i, sequencer, plan.resolverShares(), logs, window, metadata));
    }
  }

  private void addStorages(CoordinatedState state, WorkerRegistry workers) {
    for (StorageMember storage : state.storages()) {
      for (RegisterWorker worker : workers.live(host.clock().nowNanos())) {
        if (worker.workerId().equals(storage.workerId())) {
          posts.add(
              new Post(worker.process(), new RecruitStorage(storage.storageId(), storage.tag())));
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

  void sendMissing() {
    if (failed) {
      listener.onFailed("a worker of a planned storage server is away");
      return;
    }
    for (Post post : posts) {
      if (!post.filled && !post.asked) {
        post.asked = true;
        send(post);
        if (host.faults().at("recovery.recruit-again")) {
          send(post);
        }
      }
    }
  }

  private void send(Post post) {
    host.network()
        .request(
            new Address(post.process, Endpoints.WORKER),
            post.request,
            Recruited.class,
            options.silenceNanos(),
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
      post.asked = false;
      if (failure.kind() == Failure.Kind.TIMED_OUT) {
        host.probes().hit("recovery.recruitment-timed-out");
      } else {
        failed = true;
        host.probes().hit("recovery.recruitment-failed");
        listener.onFailed(
            post.process + " did not start a role: " + failure.code() + " " + failure.detail());
      }
    }
  }
}
