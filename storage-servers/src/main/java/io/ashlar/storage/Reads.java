package io.ashlar.storage;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeySelector;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.ReadVersions;
import io.ashlar.message.GetKey;
import io.ashlar.message.GetRange;
import io.ashlar.message.GetValues;
import io.ashlar.message.KeyResolved;
import io.ashlar.message.Message;
import io.ashlar.message.RangeRead;
import io.ashlar.message.Refused;
import io.ashlar.message.Values;
import io.ashlar.storage.MapVersions.MapVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads as pure functions of a request and a {@link ReadView}: callable from any thread that holds
 * the view.
 */
public final class Reads {
  /**
   * The most bytes of keys and values in one answer to a range read, whatever was asked for: a
   * reader must not be held for long by one request.
   */
  static final int RANGE_BYTES_MAX = 4 << 20;

  /** The most keys one selector may walk over before its answer says where to go on. */
  static final int SELECTOR_KEYS_MAX = 10_000;

  private Reads() {}

  /**
   * Answers a read if the view can: for a transport that runs reads on the thread that received
   * them. The caller holds the view.
   *
   * @return the reply, or null when the message is no read, or must be decided by the storage
   *     server itself: its version is ahead of the view, or its keys are not among the view's
   */
  public static Message tryAnswer(Message request, ReadView view) {
    long version = versionOf(request, view);
    if (version < 0 || version > view.latestVersion()) {
      return null;
    }
    Message reply = answer(request, view);
    return reply instanceof Refused refused && refused.code() == ErrorCode.WRONG_SHARD_SERVER
        ? null
        : reply;
  }

  /**
   * The version a read is to be at, from 0; -1 when the message is not a read of a version that can
   * be.
   */
  static long versionOf(Message request, ReadView view) {
    long asked;
    if (request instanceof GetValues get) {
      asked = get.version();
    } else if (request instanceof GetRange get) {
      asked = get.version();
    } else if (request instanceof GetKey get) {
      asked = get.version();
    } else {
      return -1;
    }
    return asked == ReadVersions.KNOWN_COMMITTED ? view.committedVersion() : asked;
  }

  /** Answers a read at a version up to the view's latest, if only with a refusal. */
  static Message answer(Message request, ReadView view) {
    Refused malformed = malformed(request);
    if (malformed != null) {
      return malformed;
    }
    long version = versionOf(request, view);
    // What is known committed may be older than the window after the jump of a recovery; its root
    // is there, since it is not below stored.
    if (version < view.oldestVersion() && version != view.committedVersion()) {
      return new Refused(
          ErrorCode.TRANSACTION_TOO_OLD,
          "version " + version + " is below " + view.oldestVersion());
    }
    MapVersion at = view.at(version);
    if (at == null) {
      return new Refused(
          ErrorCode.TRANSACTION_TOO_OLD, "version " + version + " is not kept any more");
    }
    try {
      if (request instanceof GetValues get) {
        return values(get, version, at, view);
      }
      if (request instanceof GetRange get) {
        return range(get, version, at, view);
      }
      return key((GetKey) request, version, at, view);
    } catch (AshlarException e) {
      return refusal(e);
    }
  }

  /**
   * What the reader is told when the engine does not answer. A disk that cannot be read stops the
   * worker, as every failed operation of a disk does: its next life may read it. Files that are not
   * what was written would be no better then, and what else they hold is served on.
   */
  private static Refused refusal(AshlarException e) {
    if (e.code() == ErrorCode.IO_ERROR) {
      throw e;
    }
    // The engine of a server that stops is closed: for the client the server is gone, no more.
    ErrorCode code = e.code() == ErrorCode.DATABASE_CLOSED ? ErrorCode.BROKEN_PROMISE : e.code();
    return new Refused(code, e.getMessage());
  }

  /**
   * What a watched key is.
   *
   * @param version the committed version it was read at
   * @param value its value, null when absent
   * @param refusal why it cannot be read, else null
   */
  record Watched(long version, Bytes value, Refused refusal) {}

  /** A watched key as of what is known committed. */
  static Watched watched(Bytes key, ReadView view) {
    MapVersion at = view.at(view.committedVersion());
    if (!at.shards().contains(key)) {
      return new Watched(view.committedVersion(), null, wrongShard(key));
    }
    try {
      return new Watched(view.committedVersion(), view.get(at, key), null);
    } catch (AshlarException e) {
      return new Watched(view.committedVersion(), null, refusal(e));
    }
  }

  private static Message values(GetValues get, long version, MapVersion at, ReadView view) {
    List<Bytes> keys = get.keys();
    Bytes[] values = new Bytes[keys.size()];
    // Where the map says nothing, the engine is asked; for all such keys at once.
    int[] unknown = new int[values.length];
    int unknownCount = 0;
    for (int i = 0; i < values.length; i++) {
      Bytes key = keys.get(i);
      if (!at.shards().contains(key)) {
        return wrongShard(key);
      }
      Tree.Node node = Tree.covering(at.root(), key);
      if (node != null) {
        values[i] = node.value();
      } else {
        unknown[unknownCount++] = i;
      }
    }
    if (unknownCount == 1) {
      values[unknown[0]] = view.engine().get(keys.get(unknown[0]));
    } else if (unknownCount > 1) {
      List<Bytes> asked = new ArrayList<>(unknownCount);
      for (int i = 0; i < unknownCount; i++) {
        asked.add(keys.get(unknown[i]));
      }
      List<Bytes> found = view.engine().get(asked);
      for (int i = 0; i < unknownCount; i++) {
        values[unknown[i]] = found.get(i);
      }
    }
    return new Values(version, view.committedVersion(), Arrays.asList(values));
  }

  private static Message range(GetRange get, long version, MapVersion at, ReadView view) {
    KeyRange range = get.range();
    if (!at.shards().contains(range)) {
      return wrongShard(range.begin());
    }
    long committed = view.committedVersion();
    if (range.isEmpty()) {
      return new RangeRead(version, committed, List.of(), false);
    }
    int bytesMax = Math.min(get.bytesMax(), RANGE_BYTES_MAX);
    List<KeyValue> rows = new ArrayList<>(Math.min(get.rowsMax(), 64));
    long bytes = 0;
    try (RangeMerge merge = new RangeMerge(at.root(), view.engine(), range, get.reverse())) {
      while (merge.isValid()) {
        Bytes value = get.keysOnly() ? Bytes.EMPTY : merge.value();
        rows.add(new KeyValue(merge.key(), value));
        bytes += merge.key().length() + value.length();
        if (rows.size() >= get.rowsMax() || bytes >= bytesMax) {
          return new RangeRead(version, committed, rows, true);
        }
        merge.advance();
      }
    }
    return new RangeRead(version, committed, rows, false);
  }

  private static Message key(GetKey get, long version, MapVersion at, ReadView view) {
    KeyRange shard = get.shard();
    if (!at.shards().contains(shard)) {
      return wrongShard(shard.begin());
    }
    KeySelector selector = get.selector();
    boolean forward = selector.offset() > 0;
    // The selector starts at the last key before this point; offset 1 is the first one behind it.
    Bytes start = selector.orEqual() ? Keys.after(selector.key()) : selector.key();
    long distance = forward ? selector.offset() : 1L - selector.offset();
    KeyRange walked =
        forward
            ? new KeyRange(later(start, shard.begin()), shard.end())
            : new KeyRange(shard.begin(), earlier(start, shard.end()));
    long committed = view.committedVersion();
    Bytes last = null;
    int walkedKeys = 0;
    if (!walked.isEmpty()) {
      try (RangeMerge merge = new RangeMerge(at.root(), view.engine(), walked, !forward)) {
        for (; merge.isValid(); merge.advance()) {
          last = merge.key();
          if (--distance == 0) {
            return new KeyResolved(version, committed, true, KeySelector.firstGreaterOrEqual(last));
          }
          if (++walkedKeys == SELECTOR_KEYS_MAX) {
            return unresolved(
                version, committed, forward, distance, forward ? Keys.after(last) : last);
          }
        }
      }
    }
    return unresolved(version, committed, forward, distance, forward ? shard.end() : shard.begin());
  }

  private static KeyResolved unresolved(
      long version, long committed, boolean forward, long distance, Bytes from) {
    int offset = (int) (forward ? distance : 1 - distance);
    return new KeyResolved(version, committed, false, new KeySelector(from, false, offset));
  }

  private static Bytes later(Bytes left, Bytes right) {
    return left.compareTo(right) >= 0 ? left : right;
  }

  private static Bytes earlier(Bytes left, Bytes right) {
    return left.compareTo(right) <= 0 ? left : right;
  }

  private static Refused wrongShard(Bytes key) {
    return new Refused(ErrorCode.WRONG_SHARD_SERVER, key.printable(64));
  }

  /** Why a read is not well formed, or null. */
  private static Refused malformed(Message request) {
    if (request instanceof GetRange get) {
      if (get.rowsMax() <= 0 || get.bytesMax() <= 0) {
        return new Refused(ErrorCode.RANGE_LIMITS_INVALID, "limits must be positive");
      }
      return inverted(get.range());
    }
    return request instanceof GetKey get ? inverted(get.shard()) : null;
  }

  private static Refused inverted(KeyRange range) {
    return range.begin().compareTo(range.end()) > 0
        ? new Refused(ErrorCode.INVERTED_RANGE, ErrorCode.INVERTED_RANGE.meaning())
        : null;
  }
}
