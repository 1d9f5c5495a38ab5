package io.ashlar.storage;

import io.ashlar.core.ErrorCode;
import io.ashlar.core.Limits;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Timers;
import io.ashlar.message.GetValues;
import io.ashlar.message.Message;
import io.ashlar.message.Refused;

/**
 * Answers reads: beside the loop on the newest view, when that has the version; else when it comes,
 * for as long as a reader waits at most. Both are bounded.
 */
final class ServedReads {
  /** The storage server as this part sees it. */
  interface Owner {
    /** The newest view; null until the engine is open. */
    ReadView view();

    /** The last version applied. */
    long latest();

    /** Whether it closes, or has closed: nothing is read any more. */
    boolean isClosing();
  }

  private final Host host;
  private final StorageServerOptions options;
  private final Owner owner;
  private final Replies replies;
  private final WaitingReads waiting;
  private Timers.Timer waitingTimer;
  private int inFlight;

  ServedReads(Host host, StorageServerOptions options, Owner owner) {
    this.host = host;
    this.options = options;
    this.owner = owner;
    this.replies = new Replies(host.network());
    this.waiting = new WaitingReads(options.waitingReadsMax());
  }

  /** Reads that wait for their version. */
  int waitingCount() {
    return waiting.count();
  }

  /** Reads that are being answered beside the loop. */
  int inFlightCount() {
    return inFlight;
  }

  void onRead(Inbound inbound) {
    if (owner.isClosing()) {
      host.probes().hit("storage.read-after-close");
      replies.refuse(inbound, ErrorCode.BROKEN_PROMISE, "the storage server closes");
      return;
    }
    if (inbound.message() instanceof GetValues get && get.keys().size() > Limits.READ_KEYS_MAX) {
      // Their values may be more than there is memory for, each time the same one.
      replies.refuse(
          inbound,
          ErrorCode.MALFORMED_REQUEST,
          get.keys().size() + " keys, at most are " + Limits.READ_KEYS_MAX);
      return;
    }
    if (owner.view() == null) {
      host.probes().hit("storage.read-while-opening");
      await(inbound, Long.MIN_VALUE);
      return;
    }
    if (host.faults().at("storage.wrong-shard")) {
      // The client forgets where the shard is, and finds the same place again.
      replies.refuse(inbound, ErrorCode.WRONG_SHARD_SERVER, "");
      return;
    }
    long version = Reads.versionOf(inbound.message(), owner.view());
    if (version > owner.latest() && host.faults().at("storage.future-version")) {
      replies.refuse(inbound, ErrorCode.FUTURE_VERSION, "the version has not arrived");
      return;
    }
    if (version > owner.latest()) {
      await(inbound, version);
    } else {
      serve(inbound);
    }
  }

  /** There is a newer view: looks anew at those that waited for what it has. */
  void onView() {
    for (Inbound read : waiting.takeThrough(owner.latest())) {
      // Decided anew: those that came before the engine was open have not been looked at yet.
      onRead(read);
    }
  }

  /** Refuses those that wait; the owner closes. */
  void close() {
    for (Inbound read : waiting.takeThrough(Long.MAX_VALUE)) {
      host.probes().hit("storage.read-waits-when-closed");
      replies.refuse(read, ErrorCode.BROKEN_PROMISE, "the storage server closes");
    }
  }

  private void await(Inbound inbound, long version) {
    long deadlineNanos = host.clock().nowNanos() + options.readWaitNanos();
    if (!waiting.add(inbound, version, deadlineNanos)) {
      host.probes().hit("storage.waiting-reads-full");
      replies.refuse(inbound, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "too many reads wait");
      return;
    }
    armWaiting();
  }

  private void armWaiting() {
    if (waitingTimer == null && waiting.count() > 0) {
      long delay = Math.max(0, waiting.nextDeadlineNanos() - host.clock().nowNanos());
      waitingTimer = host.timers().schedule(delay, this::onWaitingExpired);
    }
  }

  private void onWaitingExpired() {
    waitingTimer = null;
    for (Inbound read : waiting.takeExpired(host.clock().nowNanos())) {
      host.probes().hit("storage.future-version");
      replies.refuse(read, ErrorCode.FUTURE_VERSION, "the version has not arrived");
    }
    armWaiting();
  }

  private void serve(Inbound inbound) {
    if (inFlight >= options.readsInFlightMax() || host.faults().at("storage.refuse")) {
      host.probes().hit("storage.reads-in-flight-full");
      replies.refuse(inbound, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "too many reads are under way");
      return;
    }
    inFlight++;
    ReadView view = owner.view();
    view.retain();
    Message request = inbound.message();
    host.readers()
        .submit(
            view,
            held -> {
              try {
                return Reads.answer(request, held);
              } finally {
                held.release();
              }
            },
            answer -> {
              inFlight--;
              if (answer instanceof Refused refused) {
                host.probes().hit("storage.refused-" + refused.code().label());
              }
              replies.reply(inbound, answer);
            });
  }
}
