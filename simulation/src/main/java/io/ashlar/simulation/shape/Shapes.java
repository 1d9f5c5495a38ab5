package io.ashlar.simulation.shape;

import io.ashlar.client.KeySelector;
import io.ashlar.client.MutationType;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Keys;
import io.ashlar.core.Limits;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts what workloads ask of the database, by shape: a long run that never had some shape has
 * shown nothing about it. An argument that is null has no shape. Used by the one thread of a world.
 */
public final class Shapes {
  /** What all names begin with. */
  public static final String PREFIX = "shape.";

  /** What a range is given for. */
  enum Use {
    READ,
    CLEAR,
    READ_CONFLICT,
    WRITE_CONFLICT
  }

  /** What a range is like; it may be several of these. */
  private enum RangeKind {
    EMPTY,
    REVERSED,
    OF_ONE_KEY,
    OF_ALL_KEYS,
    ACROSS_SHARDS,
    WITHIN_A_SHARD,
    ADJACENT_TO_THE_LAST
  }

  /** Where a selector leads from its reference. */
  private enum SelectorKind {
    LAST_LESS_THAN,
    LAST_LESS_OR_EQUAL,
    FIRST_GREATER_THAN,
    FIRST_GREATER_OR_EQUAL,
    FAR_FORWARD,
    FAR_BACKWARD
  }

  /** How many bytes of mutations and conflict ranges a transaction has. */
  private enum Size {
    OF_CONFLICTS_ALONE,
    UNDER_1_KB,
    UNDER_10_KB,
    UNDER_100_KB,
    OVER_100_KB
  }

  /** Shapes of one call each. */
  enum Call {
    GET,
    GET_SNAPSHOT,
    GET_MANY,
    SET,
    CLEAR_KEY,
    WATCH,
    READ_FORWARD,
    READ_IN_REVERSE,
    READ_WITH_LIMIT,
    READ_SNAPSHOT_RANGE,
    READ_ROW_BY_ROW,
    EMPTY_VALUE,
    EMPTY_KEY,
    LONGEST_KEY,
    LARGEST_VALUE,
    SYSTEM_KEY,
    READ_ONLY_COMMIT,
    SET_READ_VERSION,
    RETRY
  }

  /** The errors that a call of the interface can end with. */
  private static final List<ErrorCode> ERRORS =
      List.of(
          ErrorCode.TRANSACTION_TOO_OLD,
          ErrorCode.FUTURE_VERSION,
          ErrorCode.NOT_COMMITTED,
          ErrorCode.COMMIT_UNKNOWN_RESULT,
          ErrorCode.TRANSACTION_CANCELLED,
          ErrorCode.TRANSACTION_TIMED_OUT,
          ErrorCode.TOO_MANY_WATCHES,
          ErrorCode.WATCHES_DISABLED,
          ErrorCode.ACCESSED_UNREADABLE,
          ErrorCode.COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED,
          ErrorCode.READ_VERSION_PROXY_MEMORY_LIMIT_EXCEEDED,
          ErrorCode.CLIENT_INVALID_OPERATION,
          ErrorCode.KEY_OUTSIDE_LEGAL_RANGE,
          ErrorCode.INVERTED_RANGE,
          ErrorCode.READ_VERSION_ALREADY_SET,
          ErrorCode.VERSION_INVALID,
          ErrorCode.RANGE_LIMITS_INVALID,
          ErrorCode.USED_DURING_COMMIT,
          ErrorCode.NO_COMMIT_VERSION,
          ErrorCode.TRANSACTION_TOO_LARGE,
          ErrorCode.KEY_TOO_LARGE,
          ErrorCode.VALUE_TOO_LARGE,
          ErrorCode.EXACT_MODE_WITHOUT_LIMITS,
          ErrorCode.INVALID_VERSIONSTAMP_OFFSET,
          ErrorCode.MAY_STILL_COMMIT);

  private static final String UNKNOWN_COMMITTED = "UNKNOWN_RESULT_COMMITTED";
  private static final String UNKNOWN_NOT_COMMITTED = "UNKNOWN_RESULT_NOT_COMMITTED";

  private final Bytes[] shardBegins;
  private final long[][] ranges = new long[Use.values().length][RangeKind.values().length];
  private final long[] selectors = new long[SelectorKind.values().length];
  private final long[] sizes = new long[Size.values().length];
  private final long[] calls = new long[Call.values().length];
  private final long[] mutations = new long[MutationType.values().length];
  private final long[] errors = new long[ErrorCode.values().length];
  private long unknownCommitted;
  private long unknownNotCommitted;

  /**
   * @param shardBegins where shards begin, in order
   */
  public Shapes(List<Bytes> shardBegins) {
    this.shardBegins = shardBegins.toArray(new Bytes[0]);
  }

  /** The names of all shapes that are counted here. */
  public static List<String> names() {
    return List.copyOf(new Shapes(List.of()).all().keySet());
  }

  /** How often each shape was there that was. */
  public Map<String, Long> counts() {
    Map<String, Long> counts = all();
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  private Map<String, Long> all() {
    Map<String, Long> all = new TreeMap<>();
    for (Use use : Use.values()) {
      for (RangeKind kind : RangeKind.values()) {
        put(all, use.name() + "_RANGE_" + kind, ranges[use.ordinal()][kind.ordinal()]);
      }
    }
    for (SelectorKind kind : SelectorKind.values()) {
      put(all, "SELECTOR_" + kind, selectors[kind.ordinal()]);
    }
    for (Size size : Size.values()) {
      put(all, "TRANSACTION_" + size, sizes[size.ordinal()]);
    }
    for (Call call : Call.values()) {
      put(all, "CALL_" + call, calls[call.ordinal()]);
    }
    for (MutationType type : MutationType.values()) {
      put(all, "MUTATION_" + type, mutations[type.ordinal()]);
    }
    for (ErrorCode code : ERRORS) {
      put(all, "ERROR_" + code.label(), errors[code.ordinal()]);
    }
    put(all, UNKNOWN_COMMITTED, unknownCommitted);
    put(all, UNKNOWN_NOT_COMMITTED, unknownNotCommitted);
    return all;
  }

  private static void put(Map<String, Long> all, String name, long count) {
    all.put(PREFIX + name.toLowerCase(Locale.ROOT).replace('_', '-'), count);
  }

  void count(Call call) {
    calls[call.ordinal()]++;
  }

  void count(ErrorCode code) {
    errors[code.ordinal()]++;
  }

  void count(MutationType type) {
    if (type != null) {
      mutations[type.ordinal()]++;
    }
  }

  void countKey(byte[] key) {
    if (key == null) {
      return;
    }
    if (key.length == 0) {
      count(Call.EMPTY_KEY);
    } else if (key.length == Limits.KEY_BYTES_MAX) {
      count(Call.LONGEST_KEY);
    } else if ((key[0] & 0xff) == 0xff) {
      count(Call.SYSTEM_KEY);
    }
  }

  void countValue(byte[] value) {
    if (value == null) {
      return;
    }
    if (value.length == 0) {
      count(Call.EMPTY_VALUE);
    } else if (value.length == Limits.VALUE_BYTES_MAX) {
      count(Call.LARGEST_VALUE);
    }
  }

  void count(KeySelector selector) {
    if (selector == null) {
      return;
    }
    int offset = selector.getOffset();
    SelectorKind kind;
    if (offset == 0) {
      kind = selector.orEqual() ? SelectorKind.LAST_LESS_OR_EQUAL : SelectorKind.LAST_LESS_THAN;
    } else if (offset == 1) {
      kind =
          selector.orEqual()
              ? SelectorKind.FIRST_GREATER_THAN
              : SelectorKind.FIRST_GREATER_OR_EQUAL;
    } else {
      kind = offset > 0 ? SelectorKind.FAR_FORWARD : SelectorKind.FAR_BACKWARD;
    }
    selectors[kind.ordinal()]++;
  }

  /** The last range of each use in one transaction: what the next may lie beside. */
  static final class LastRanges {
    private final byte[][] begins = new byte[Use.values().length][];
    private final byte[][] ends = new byte[Use.values().length][];
  }

  void countRange(Use use, byte[] begin, byte[] end, LastRanges last) {
    if (begin == null || end == null) {
      return;
    }
    long[] kinds = ranges[use.ordinal()];
    int order = Arrays.compareUnsigned(begin, end);
    if (order > 0) {
      kinds[RangeKind.REVERSED.ordinal()]++;
      return;
    }
    if (order == 0) {
      kinds[RangeKind.EMPTY.ordinal()]++;
      return;
    }
    if (begin.length == 0 && isEndOfAll(end)) {
      kinds[RangeKind.OF_ALL_KEYS.ordinal()]++;
    }
    if (end.length == begin.length + 1
        && end[begin.length] == 0
        && Arrays.equals(begin, 0, begin.length, end, 0, begin.length)) {
      kinds[RangeKind.OF_ONE_KEY.ordinal()]++;
    }
    boolean isAcross = isAcrossShards(begin, end);
    kinds[(isAcross ? RangeKind.ACROSS_SHARDS : RangeKind.WITHIN_A_SHARD).ordinal()]++;
    byte[] lastBegin = last.begins[use.ordinal()];
    if (lastBegin != null
        && (Arrays.equals(end, lastBegin) || Arrays.equals(begin, last.ends[use.ordinal()]))) {
      kinds[RangeKind.ADJACENT_TO_THE_LAST.ordinal()]++;
    }
    // Copies: a caller may do what it likes with its arrays.
    last.begins[use.ordinal()] = begin.clone();
    last.ends[use.ordinal()] = end.clone();
  }

  private static boolean isEndOfAll(byte[] end) {
    return Bytes.wrap(end).compareTo(Keys.USER_END) >= 0;
  }

  private boolean isAcrossShards(byte[] begin, byte[] end) {
    int found = Arrays.binarySearch(shardBegins, Bytes.wrap(begin));
    int behind = found >= 0 ? found + 1 : -found - 1;
    return behind < shardBegins.length
        && Arrays.compareUnsigned(shardBegins[behind].unsafeArray(), end) < 0;
  }

  /** Results that were unknown, and what the data says of them in the end. */
  public void countUnknown(long committed, long notCommitted) {
    unknownCommitted += committed;
    unknownNotCommitted += notCommitted;
  }

  /** A request that has reached a process. */
  public void count(Message request) {
    if (request instanceof CommitTransaction transaction) {
      count(transaction);
    }
  }

  private void count(CommitTransaction transaction) {
    int mutated = transaction.mutations().length();
    int bytes =
        mutated + transaction.readConflicts().length() + transaction.writeConflicts().length();
    Size size;
    if (mutated == 0) {
      size = Size.OF_CONFLICTS_ALONE;
    } else if (bytes < 1_000) {
      size = Size.UNDER_1_KB;
    } else if (bytes < 10_000) {
      size = Size.UNDER_10_KB;
    } else {
      size = bytes < 100_000 ? Size.UNDER_100_KB : Size.OVER_100_KB;
    }
    sizes[size.ordinal()]++;
  }
}
