package io.ashlar.log;

import io.ashlar.core.ErrorCode;
import io.ashlar.core.MalformedException;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.message.LogPushed;
import io.ashlar.message.Message;
import io.ashlar.message.PushLog;
import io.ashlar.message.Refused;

/**
 * The pushes to a log server and how far they have come: puts into the store what is next in the
 * chain, parks what came early, and acknowledges a push when it and everything before it are
 * durable. Whether pushes are taken at all, of which epoch and until when, is for its owner to say.
 */
final class LogPushes {
  private final Host host;
  private final LogServerOptions options;
  private final VersionChain<Inbound> chain;
  private final Acknowledgements acknowledgements;

  /** Null until the chain is open: nothing is taken before. */
  private LogStore store;

  private long end;
  private long knownCommittedTold;
  private long takenCount;
  private long takenBytes;

  LogPushes(Host host, LogServerOptions options) {
    this.host = host;
    this.options = options;
    chain = new VersionChain<>(options.parkedPushesMax(), options.parkedBytesMax());
    acknowledgements = new Acknowledgements(host.network(), options.waitingAnswersMax());
  }

  /** Where the tail of a new generation begins, which is copied first. */
  void beginAt(long begin) {
    end = begin;
  }

  /**
   * Opens the chain: from now on pushes are taken.
   *
   * @param recoveredStore has the tail, and gets what is taken
   * @param recoveryVersion where the tail ends
   */
  void open(LogStore recoveredStore, long recoveryVersion) {
    store = recoveredStore;
    end = recoveryVersion;
    // All of it is committed: the generation is of no account before the epoch has begun.
    knownCommittedTold = Math.max(knownCommittedTold, end);
    chain.open(end);
  }

  /** Of what an earlier life has left; the chain is not opened, and the end is final. */
  void endAt(long finalEnd, long knownCommitted) {
    end = finalEnd;
    knownCommittedTold = knownCommitted;
  }

  /** The last version that the log server has got, durable or not. */
  long end() {
    return end;
  }

  /** The largest it was told, but never above what it holds. */
  long knownCommitted() {
    return Math.min(knownCommittedTold, end);
  }

  /**
   * Takes it, parks it or refuses it. The answer may come later.
   *
   * @param push the message of {@code inbound}, of the epoch of this log server
   */
  void onPush(Inbound inbound, PushLog push) {
    int bytes = push.payload().length();
    switch (chain.offer(push.previousVersion(), push.version(), bytes, inbound)) {
      case NEXT -> {
        take(inbound, push);
        takeParked();
      }
      case PARKED -> {
        host.probes().hit("log.push-parked");
        for (Inbound later : chain.takeDisplaced()) {
          host.probes().hit("log.push-displaced");
          refuse(later, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "too many pushes ahead");
        }
      }
      case DUPLICATE -> onRepeated(inbound, push);
      case FORKED -> {
        host.probes().hit("log.push-forked");
        host.trace()
            .event(
                "LogPushForked",
                "previous",
                push.previousVersion(),
                "version",
                push.version(),
                "end",
                end);
        refuse(inbound, ErrorCode.MALFORMED_REQUEST, "the chain ends at " + end);
      }
      case FULL -> {
        host.probes().hit("log.parked-full");
        refuse(inbound, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "too many pushes ahead");
      }
    }
  }

  private void take(Inbound inbound, PushLog push) {
    long bytes = store.unflushedBytes() + push.payload().length();
    if ((store.unflushedBytes() > 0 && bytes > options.unflushedBytesMax())
        || host.faults().at("log.refuse-push")) {
      host.probes().hit("log.unflushed-full");
      refuse(inbound, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "the disk is behind");
      return;
    }
    int[] tags;
    try {
      tags = store.tagsOf(push.payload());
    } catch (MalformedException e) {
      refuse(inbound, ErrorCode.MALFORMED_REQUEST, e.getMessage());
      return;
    }
    chain.advance(push.version());
    end = push.version();
    knownCommittedTold = Math.max(knownCommittedTold, push.knownCommittedVersion());
    store.add(end, push.previousVersion(), knownCommitted(), tags, push.payload());
    acknowledgements.add(inbound, end);
    takenCount++;
    takenBytes += push.payload().length();
  }

  /** Takes what is parked and was only waiting for the chain to be open, or to get there. */
  void takeParked() {
    for (Inbound parked = chain.takeReady(); parked != null; parked = chain.takeReady()) {
      PushLog push = (PushLog) parked.message();
      int bytes = push.payload().length();
      switch (chain.offer(push.previousVersion(), push.version(), bytes, parked)) {
        case NEXT -> take(parked, push);
        case DUPLICATE -> onRepeated(parked, push);
        default -> refuse(parked, ErrorCode.MALFORMED_REQUEST, "the chain ends at " + chain.end());
      }
    }
  }

  private void onRepeated(Inbound inbound, PushLog push) {
    knownCommittedTold = Math.max(knownCommittedTold, push.knownCommittedVersion());
    if (store != null && push.version() <= store.durable()) {
      host.probes().hit("log.push-repeated-when-durable");
      reply(inbound, new LogPushed(push.version()));
    } else if (acknowledgements.addRepeated(inbound, push.version())) {
      host.probes().hit("log.push-repeated-before-durable");
    } else {
      host.probes().hit("log.repeated-full");
      refuse(inbound, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "too many repeated pushes");
    }
  }

  /** Acknowledges what is durable now. */
  void onDurable(long durable) {
    acknowledgements.onDurable(durable);
  }

  /** Answers all that wait, parked or for the disk, with {@code why}. */
  void refuseAll(Refused why) {
    chain.dropParked().forEach(push -> reply(push, why));
    acknowledgements.refuseAll(why);
  }

  int parkedCount() {
    return chain.parkedCount();
  }

  int unacknowledgedCount() {
    return acknowledgements.count();
  }

  long takenCount() {
    return takenCount;
  }

  long takenBytes() {
    return takenBytes;
  }

  private void reply(Inbound inbound, Message message) {
    if (inbound.wantsReply()) {
      host.network().reply(inbound, message);
    }
  }

  private void refuse(Inbound inbound, ErrorCode code, String detail) {
    reply(inbound, new Refused(code, detail));
  }

  void checkInvariants() {
    chain.checkInvariants();
  }
}
