package io.ashlar.storage;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Limits;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.message.Refused;
import io.ashlar.message.WatchFired;
import io.ashlar.message.WatchValue;

/** Answers watches, by reading the keys that changed beside the loop when that is committed. */
final class ServedWatches {
  private final Host host;
  private final StorageServerOptions options;
  private final ServedReads.Owner owner;
  private final Replies replies;
  private final Watches watches;

  ServedWatches(Host host, StorageServerOptions options, ServedReads.Owner owner) {
    this.host = host;
    this.options = options;
    this.owner = owner;
    this.replies = new Replies(host.network());
    this.watches = new Watches(options.watchesMax(), options.watchBytesMax());
  }

  int count() {
    return watches.count();
  }

  void onWatchValue(Inbound inbound, WatchValue asked) {
    if (owner.isClosing()) {
      replies.refuse(inbound, ErrorCode.BROKEN_PROMISE, "the storage server closes");
      return;
    }
    Refused tooLarge = tooLarge(asked);
    if (tooLarge != null) {
      replies.reply(inbound, tooLarge);
      return;
    }
    long deadlineNanos = host.clock().nowNanos() + options.watchNanos();
    if (host.faults().at("storage.watch-times-out")) {
      replies.refuse(inbound, ErrorCode.TIMED_OUT, "nothing changed; ask again");
      return;
    }
    if (host.faults().at("storage.refuse-watch")
        || !watches.add(inbound, asked, owner.latest(), deadlineNanos)) {
      host.probes().hit("storage.watches-full");
      replies.refuse(inbound, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "too many watches");
      return;
    }
    check();
  }

  /** A refusal of what no key can have, and nobody has seen; else null. */
  private static Refused tooLarge(WatchValue asked) {
    if (asked.key().length() > Limits.KEY_BYTES_MAX) {
      return new Refused(ErrorCode.KEY_TOO_LARGE, ErrorCode.KEY_TOO_LARGE.meaning());
    }
    return asked.expected() != null && asked.expected().length() > Limits.VALUE_BYTES_MAX
        ? new Refused(ErrorCode.VALUE_TOO_LARGE, ErrorCode.VALUE_TOO_LARGE.meaning())
        : null;
  }

  /** Mutations of a version changed what begins there, up to {@code end}; null for one key. */
  void changed(Bytes begin, Bytes end, long version) {
    watches.changed(begin, end, version);
  }

  /** Refuses those whose time is over. */
  void expire() {
    for (Inbound watch : watches.takeExpired(host.clock().nowNanos())) {
      host.probes().hit("storage.watch-expired");
      replies.refuse(watch, ErrorCode.TIMED_OUT, "nothing changed; ask again");
    }
  }

  /** Refuses all; the owner closes. */
  void close() {
    for (Inbound watch : watches.takeExpired(Long.MAX_VALUE)) {
      host.probes().hit("storage.watch-waits-when-closed");
      replies.refuse(watch, ErrorCode.BROKEN_PROMISE, "the storage server closes");
    }
  }

  /** Checks the watched keys that changed, at what is known committed and nothing above. */
  void check() {
    if (owner.view() == null) {
      return;
    }
    long committed = owner.view().committedVersion();
    for (Bytes key = watches.takeDue(committed); key != null; key = watches.takeDue(committed)) {
      check(key);
    }
  }

  private void check(Bytes key) {
    ReadView view = owner.view();
    view.retain();
    host.readers()
        .submit(
            view,
            held -> {
              try {
                return Reads.watched(key, held);
              } finally {
                held.release();
              }
            },
            found -> onChecked(key, found));
  }

  private void onChecked(Bytes key, Reads.Watched found) {
    if (found.refusal() != null) {
      for (Inbound watch : watches.takeAll(key)) {
        replies.reply(watch, found.refusal());
      }
      return;
    }
    for (Inbound watch : watches.checked(key, found.version(), found.value())) {
      host.probes().hit("storage.watch-fired");
      replies.reply(watch, new WatchFired(found.version()));
    }
    check();
  }
}
