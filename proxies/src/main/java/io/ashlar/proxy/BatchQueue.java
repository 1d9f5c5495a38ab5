package io.ashlar.proxy;

import io.ashlar.core.Check;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Transactions that wait for a batch: bounded by count and bytes, cut into batches. Pure. */
final class BatchQueue {
  private final int countMax;
  private final long bytesMax;
  private final int batchCountMax;
  private final int batchBytesMax;
  private final Deque<Submission> queue = new ArrayDeque<>();
  private long bytes;

  BatchQueue(CommitProxyOptions options) {
    this.countMax = options.queueCountMax();
    this.bytesMax = options.queueBytesMax();
    this.batchCountMax = options.batchCountMax();
    this.batchBytesMax = options.batchBytesMax();
  }

  int count() {
    return queue.size();
  }

  long bytes() {
    return bytes;
  }

  /** By how much what waits makes a copy of the metadata larger, at most. */
  long metadataBytes() {
    return queue.stream().mapToLong(Submission::metadataBytes).sum();
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Whether there is room for {@code more} bytes; an empty queue always has some. */
  boolean hasRoom(int more) {
    return queue.isEmpty() || (queue.size() < countMax && bytes + more <= bytesMax);
  }

  void add(Submission submission) {
    Check.that(hasRoom(submission.pushBytes()), "the queue is full; transactions: ", queue.size());
    queue.addLast(submission);
    bytes += submission.pushBytes();
  }

  /** Whether what waits fills a batch. */
  boolean fillsBatch() {
    return queue.size() >= batchCountMax || bytes >= batchBytesMax;
  }

  /** When the first one came; only when not empty. */
  long firstArrivedNanos() {
    return queue.peekFirst().arrivedNanos();
  }

  /** Takes out, in their order, those that came before this time. */
  List<Submission> takeArrivedBefore(long nanos) {
    List<Submission> taken = new ArrayList<>();
    while (!queue.isEmpty() && queue.peekFirst().arrivedNanos() < nanos) {
      Submission submission = queue.removeFirst();
      bytes -= submission.pushBytes();
      taken.add(submission);
    }
    return taken;
  }

  /** Takes the next batch: at least one transaction, and no more than the limits allow. */
  List<Submission> takeBatch(int takenCountMax) {
    int most = Math.min(takenCountMax, batchCountMax);
    List<Submission> batch = new ArrayList<>(Math.min(queue.size(), most));
    long batchBytes = 0;
    while (!queue.isEmpty() && batch.size() < most) {
      int next = queue.peekFirst().pushBytes();
      if (!batch.isEmpty() && batchBytes + next > batchBytesMax) {
        break;
      }
      batch.add(queue.removeFirst());
      batchBytes += next;
    }
    bytes -= batchBytes;
    return batch;
  }

  void clear() {
    queue.clear();
    bytes = 0;
  }

  void checkInvariants() {
    long counted = 0;
    for (Submission submission : queue) {
      counted += submission.pushBytes();
    }
    Check.that(counted == bytes, "bytes queued: ", counted, ", counted: ", bytes);
  }
}
