package io.ashlar.control;

import io.ashlar.core.LogGeneration;
import io.ashlar.core.MalformedException;
import io.ashlar.core.PeekEntries;
import io.ashlar.core.TagPlacement;
import io.ashlar.core.Tags;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.LogPeeked;
import io.ashlar.message.PeekLog;
import java.util.ArrayList;
import java.util.List;

/**
 * READING_METADATA: reads the METADATA tag of the last generation up to RV, peek by peek.
 *
 * <p>While the generation is the last one, a whole copy of the metadata is there, and all that came
 * after it: only below a committed copy does a commit proxy let go of anything. Where there is none
 * another attempt has begun a later epoch, whose controller lets go of all of it.
 */
final class MetadataReading {
  private static final int PEEK_BYTES = 1 << 20;

  private final Host host;
  private final ControllerOptions options;
  private final WorkerRegistry workers;
  private final LogGeneration last;
  private final LogLocks.Decision decision;
  private final PhaseListener listener;
  private final Metadata metadata = new Metadata();

  /** The next version to read. */
  private long cursor;

  private boolean peeking;
  private int failures;
  private boolean over;

  /**
   * @param last the generation that was locked
   * @param decision where it ends, and whom to ask
   */
  MetadataReading(
      Host host,
      ControllerOptions options,
      WorkerRegistry workers,
      LogGeneration last,
      LogLocks.Decision decision,
      PhaseListener listener) {
    this.host = host;
    this.options = options;
    this.workers = workers;
    this.last = last;
    this.decision = decision;
    this.listener = listener;
    this.cursor = last.begin() + 1;
  }

  /** Nothing that comes from now on counts. */
  void stop() {
    over = true;
  }

  boolean isComplete() {
    return isAtEnd() && metadata.isWhole();
  }

  private boolean isAtEnd() {
    return cursor > decision.recoveryVersion();
  }

  /** What was read. */
  Metadata metadata() {
    return metadata;
  }

  /** Goes on, unless an answer is being waited for. */
  void peek() {
    if (peeking || isComplete()) {
      return;
    }
    if (isAtEnd()) {
      listener.onFailed(
          "the log of epoch "
              + last.epoch()
              + " has no whole copy of the metadata any more: a later epoch has begun");
      return;
    }
    List<Integer> able = able();
    if (able.isEmpty()) {
      listener.onFailed("no locked log server has the metadata from " + cursor);
      return;
    }
    if (host.faults().at("recovery.metadata-from-another")) {
      failures++;
    }
    int bytesMax = host.faults().at("recovery.metadata-little") ? 1 : PEEK_BYTES;
    // After a failure another replica is asked.
    int member = able.get(failures % able.size());
    peeking = true;
    host.network()
        .request(
            workers.logAddress(last.members().get(member).logId()),
            new PeekLog(Tags.METADATA, cursor, bytesMax, 0),
            LogPeeked.class,
            options.silenceNanos(),
            new MetadataReply());
  }

  /** The members that have the next version. */
  private List<Integer> able() {
    List<Integer> able = new ArrayList<>();
    for (int member : new TagPlacement(last).membersFor(Tags.METADATA)) {
      for (LogLocks.Lock lock : decision.usable()) {
        if (lock.member() == member && lock.end() >= cursor) {
          able.add(member);
        }
      }
    }
    return able;
  }

  /** The answer to a peek. */
  private final class MetadataReply implements ReplyHandler<LogPeeked> {
    @Override
    public void onReply(LogPeeked reply) {
      if (over) {
        return;
      }
      peeking = false;
      if (reply.poppedThrough() >= cursor) {
        metadata.missed();
      }
      try {
        for (PeekEntries.Entry entry : PeekEntries.decode(reply.entries())) {
          if (entry.version() >= cursor && entry.version() <= decision.recoveryVersion()) {
            metadata.apply(entry.mutations());
          }
        }
      } catch (MalformedException e) {
        listener.onFailed("the metadata in the log is malformed: " + e.getMessage());
        return;
      }
      cursor = Math.max(cursor, reply.through() + 1);
      peek();
      listener.onProgress();
    }

    @Override
    public void onFailure(Failure failure) {
      host.probes().hit("recovery.metadata-not-read");
      peeking = false;
      failures++;
    }
  }
}
