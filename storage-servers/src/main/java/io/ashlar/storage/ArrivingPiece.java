package io.ashlar.storage;

import io.ashlar.core.AtomicOps;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A piece of an arriving range while it is fetched: what others have there at one version, which
 * the server itself had reached when it asked, and all mutations after it. Together they are what
 * the piece is at the version the server has reached when the answer comes. Pure.
 */
final class ArrivingPiece {
  private record Later(long version, Mutation mutation) {}

  private final KeyRange range;
  private final long version;
  private final List<Later> later = new ArrayList<>();
  private long bytes;

  /**
   * @param range from what is awaited next to the end of the range, or of what one server has
   * @param version of the rows that are asked for: the last one that was applied
   */
  ArrivingPiece(KeyRange range, long version) {
    this.range = range;
    this.version = version;
  }

  KeyRange range() {
    return range;
  }

  long version() {
    return version;
  }

  /** Of the mutations kept. */
  long bytes() {
    return bytes;
  }

  /** Keeps a mutation if it touches the piece. */
  void add(long laterVersion, Mutation mutation) {
    Check.that(laterVersion > version, "a mutation at ", laterVersion, " came before ", version);
    if (mutation.affected().intersects(range)) {
      later.add(new Later(laterVersion, mutation));
      bytes += mutation.first().length() + mutation.second().length();
    }
  }

  /**
   * What was fetched, up to date.
   *
   * @param covered the first part of the piece, of which these are all rows at its version
   */
  TreeMap<Bytes, Bytes> upToDate(KeyRange covered, List<KeyValue> rows) {
    TreeMap<Bytes, Bytes> state = new TreeMap<>();
    for (KeyValue row : rows) {
      Check.that(covered.contains(row.key()), "a row outside of what was asked for: ", row.key());
      state.put(row.key(), row.value());
    }
    for (Later each : later) {
      apply(each.mutation, covered, state);
    }
    return state;
  }

  private static void apply(Mutation mutation, KeyRange covered, TreeMap<Bytes, Bytes> state) {
    KeyRange affected = mutation.affected().intersection(covered);
    if (affected.isEmpty()) {
      return;
    }
    Bytes key = mutation.first();
    if (mutation.type() == MutationType.CLEAR_RANGE) {
      state.subMap(affected.begin(), affected.end()).clear();
    } else if (mutation.type() == MutationType.SET) {
      state.put(key, mutation.second());
    } else {
      Bytes after = AtomicOps.apply(mutation.type(), state.get(key), mutation.second());
      if (after == null) {
        state.remove(key);
      } else {
        state.put(key, after);
      }
    }
  }
}
