package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.message.GetRange;
import io.ashlar.message.RangeRead;
import io.ashlar.message.ShardLocation;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what the database holds in a range, shard after shard, until there are enough rows or
 * bytes, or the range ends.
 */
final class RangeFetch extends ReadOperation {
  /** What one request may bring; a last large row may lie beyond, at most a tenth more. */
  private static final int REQUEST_BYTES_MAX = 1_000_000;

  /** Hears the outcome, on the executor. */
  interface Receiver {
    /**
     * @param covered the part of the range that was read: all its rows are there
     * @param rows in reading order
     */
    void onRows(KeyRange covered, List<KeyValue> rows, AshlarException error);
  }

  private final KeyRange range;
  private final boolean reverse;
  private final int rowsMax;
  private final long bytesMax;
  private final Receiver receiver;

  private final List<KeyValue> rows = new ArrayList<>();
  private Bytes position;
  private long sizeBytes;

  RangeFetch(
      Session session,
      KeyRange range,
      boolean reverse,
      int rowsMax,
      long bytesMax,
      Receiver receiver) {
    super(session);
    this.range = range;
    this.reverse = reverse;
    this.rowsMax = rowsMax;
    this.bytesMax = bytesMax;
    this.receiver = receiver;
    this.position = reverse ? range.end() : range.begin();
  }

  @Override
  Bytes target() {
    return position;
  }

  @Override
  boolean isReverse() {
    return reverse;
  }

  @Override
  void send(StorageReads reads, ShardLocation shard, StorageServer server) {
    KeyRange rest =
        reverse ? new KeyRange(range.begin(), position) : new KeyRange(position, range.end());
    KeyRange here = rest.intersection(shard.range());
    int bytes = (int) Math.max(1, Math.min(REQUEST_BYTES_MAX, bytesMax - sizeBytes));
    int count = Math.max(1, rowsMax - rows.size());
    GetRange request = new GetRange(session.version(), here, count, bytes, reverse, false);
    reads.sendRange(this, request, server);
  }

  /** On the loop: takes an answer; true when it is all. */
  boolean take(GetRange request, RangeRead reply) {
    rows.addAll(reply.rows());
    for (KeyValue row : reply.rows()) {
      sizeBytes += row.key().length() + row.value().length();
    }
    if (reply.more()) {
      Bytes last = rows.get(rows.size() - 1).key();
      position = reverse ? last : Keys.after(last);
    } else {
      position = reverse ? request.range().begin() : request.range().end();
    }
    boolean atEnd = position.equals(reverse ? range.begin() : range.end());
    return atEnd || rows.size() >= rowsMax || sizeBytes >= bytesMax;
  }

  @Override
  void finish() {
    KeyRange covered =
        reverse ? new KeyRange(position, range.end()) : new KeyRange(range.begin(), position);
    receiver.onRows(covered, rows, error());
  }
}
