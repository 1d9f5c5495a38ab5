package io.ashlar.log;

import io.ashlar.core.LogGeneration;
import io.ashlar.core.MalformedException;
import io.ashlar.core.PeekEntries;
import io.ashlar.core.TagPlacement;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.LogPeeked;
import io.ashlar.message.LogSet;
import io.ashlar.message.PeekLog;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the tail (begin, RV] of the tags from the locked log servers of the old generation, each
 * tag from one replica after the other until one has it, for as long as it takes: who recruits
 * gives up, not this.
 *
 * <p>At least one replica of each tag is locked and reaches RV, or recovery would not have chosen
 * it. Replicas hold equal versions equally, so that one may be left for another in the middle.
 */
final class TailCopy {
  /** Takes what is read. */
  interface Sink {
    void onVersion(TailMerge.Merged merged);

    /** Whether there is room for more now; {@link TailCopy#resume} tells when there is again. */
    boolean hasRoom();

    /** The whole tail was given to {@link #onVersion}. */
    void onWhole();
  }

  private final Host host;
  private final LogServerOptions options;
  private final Sink sink;
  private final int[] tags;
  private final TailMerge merge;

  /** Where each tag can be read, best first. */
  private final List<List<Address>> replicas = new ArrayList<>();

  private final int[] attempts;
  private final boolean[] waiting;
  private int asked;
  private boolean done;

  /**
   * @param tags to copy, ascending
   */
  TailCopy(
      Host host,
      LogServerOptions options,
      LogGeneration generation,
      LogSet old,
      int[] tags,
      Sink sink) {
    this.host = host;
    this.options = options;
    this.sink = sink;
    this.tags = tags;
    merge = new TailMerge(tags, generation.begin(), generation.recoveryVersion());
    attempts = new int[tags.length];
    waiting = new boolean[tags.length];
    TagPlacement placement = new TagPlacement(old.generation());
    for (int tag : tags) {
      List<Address> locked = new ArrayList<>();
      for (int member : placement.membersFor(tag)) {
        if (!old.addresses().get(member).equals(Address.NONE)) {
          locked.add(old.addresses().get(member));
        }
      }
      replicas.add(locked);
    }
  }

  /** Begins, or goes on after {@link Sink#hasRoom} has said no. */
  void resume() {
    if (done) {
      return;
    }
    for (TailMerge.Merged merged = merge.take(); merged != null; merged = merge.take()) {
      sink.onVersion(merged);
    }
    if (merge.isWhole()) {
      done = true;
      sink.onWhole();
      return;
    }
    if (!sink.hasRoom()) {
      host.probes().hit("log.tail-waits-for-disk");
      return;
    }
    for (int i = 0; i < tags.length; i++) {
      if (asked < options.copyPeeksMax() && !waiting[i] && merge.wants(i)) {
        ask(i);
      }
    }
  }

  private void ask(int i) {
    waiting[i] = true;
    asked++;
    List<Address> from = replicas.get(i);
    if (from.isEmpty()) {
      retryLater(i);
      return;
    }
    if (host.faults().at("log.tail-from-another")) {
      attempts[i]++;
    }
    int bytesMax = host.faults().at("log.tail-little") ? 1 : options.copyBytes();
    Address replica = from.get(attempts[i] % from.size());
    host.network()
        .request(
            replica,
            new PeekLog(tags[i], merge.next(i), bytesMax, 0),
            LogPeeked.class,
            options.copyTimeoutNanos(),
            new ReplyHandler<>() {
              @Override
              public void onReply(LogPeeked reply) {
                onPeeked(i, replica, reply);
              }

              @Override
              public void onFailure(Failure failure) {
                onFailed(i, replica, failure.code().label());
              }
            });
  }

  private void onPeeked(int i, Address replica, LogPeeked reply) {
    if (reply.tag() != tags[i] || reply.through() < merge.next(i)) {
      // It was locked before it had more; another replica goes on.
      onFailed(i, replica, "ends at " + reply.end());
      return;
    }
    List<PeekEntries.Entry> entries;
    try {
      entries = PeekEntries.decode(reply.entries());
    } catch (MalformedException e) {
      onFailed(i, replica, "malformed: " + e.getMessage());
      return;
    }
    merge.received(i, entries, reply.through());
    release(i);
  }

  private void onFailed(int i, Address replica, String why) {
    host.trace()
        .event("LogTailReplicaFailed", "tag", tags[i], "replica", replica.toString(), "why", why);
    host.probes().hit("log.tail-other-replica");
    attempts[i]++;
    if (attempts[i] % replicas.get(i).size() == 0) {
      retryLater(i);
    } else {
      release(i);
    }
  }

  private void retryLater(int i) {
    host.probes().hit("log.tail-retry");
    host.timers().schedule(options.copyRetryNanos(), () -> release(i));
  }

  private void release(int i) {
    waiting[i] = false;
    asked--;
    resume();
  }
}
