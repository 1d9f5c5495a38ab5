package io.ashlar.storage;

import io.ashlar.core.AtomicOps;
import io.ashlar.core.ByteReader;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.Mutations;
import io.ashlar.core.PeekEntries;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Versions that were pulled from the log and are to be applied to the map, in order.
 *
 * <p>An atomic operation on a key of which the map says nothing needs the value the engine has. It
 * is asked for ahead, for all versions at hand and once for each key, and forgotten as soon as the
 * key is written: from then on the map knows better.
 */
final class Pulled {
  /** Base values asked for at a time: more wait for the next round. */
  static final int BASE_VALUES_MAX = 10_000;

  /** Hears which keys a version changes. */
  interface Changes {
    /** A key, or when {@code end} is not null all keys of a range. */
    void changed(Bytes begin, Bytes end, long version);
  }

  /** Takes what is not for the map yet, because what it changes has not been fetched. */
  interface Awaited {
    /** A mutation, cut to what is awaited, in the order of the log. */
    void mutation(long version, Mutation mutation);

    /** The range begins to arrive, or does so no more. */
    void changed(KeyRange range);
  }

  /**
   * How far applying came.
   *
   * @param missing the keys whose base values are missing, in order; empty when all is applied
   * @param rolledBack whether versions were dropped that the end of an epoch took back
   */
  record Applied(List<Bytes> missing, boolean rolledBack) {}

  private record Version(long version, List<Mutation> mutations) {
    /** Whether it is the recovery transaction of an epoch. */
    boolean isEpochEnd() {
      return !mutations.isEmpty() && mutations.get(0).type() == MutationType.EPOCH_END;
    }

    long recoveryVersion() {
      return new ByteReader(mutations.get(0).first()).getLong();
    }
  }

  private final ArrayDeque<Version> pending = new ArrayDeque<>();
  private final TreeMap<Bytes, Bytes> baseValues = new TreeMap<>();

  /** By RT the RV of each epoch whose begin was applied and is not stored; none lies between. */
  private final TreeMap<Long, Long> epochBegins = new TreeMap<>();

  private long through;

  /** Whether there is nothing to apply. */
  boolean isEmpty() {
    return pending.isEmpty();
  }

  /**
   * Takes what a log server gave.
   *
   * @param through everything up to here is in {@code encoded}; above it nothing is taken
   * @throws io.ashlar.core.MalformedException when the bytes are not what a log server holds
   */
  void add(Bytes encoded, long through) {
    Check.that(pending.isEmpty(), "versions are pending below ", through);
    List<Version> versions = new ArrayList<>();
    for (PeekEntries.Entry entry : PeekEntries.decode(encoded)) {
      if (entry.version() <= through) {
        versions.add(new Version(entry.version(), Mutations.decode(entry.mutations())));
      }
    }
    pending.addAll(versions);
    this.through = through;
  }

  /** Drops what was not applied. */
  void clear() {
    pending.clear();
    baseValues.clear();
  }

  /** Takes base values: {@code values} in the order of {@code keys}, null where absent. */
  void addBaseValues(List<Bytes> keys, List<Bytes> values) {
    for (int i = 0; i < keys.size(); i++) {
      baseValues.put(keys.get(i), values.get(i));
    }
  }

  /**
   * The last version up to {@code version} that there can be: none lies between RV and RT of an
   * epoch. Who gets beyond RT has applied it in this life, also where the view no longer tells of
   * that epoch.
   */
  long outsideGaps(long version) {
    Map.Entry<Long, Long> begin = epochBegins.higherEntry(version);
    return begin == null ? version : Math.min(version, begin.getValue());
  }

  /** Applies versions as far as all base values are at hand. */
  Applied apply(VersionedMap map, Changes changes, Awaited awaited) {
    epochBegins.headMap(map.stored(), true).clear();
    boolean rolledBack = false;
    while (!pending.isEmpty()) {
      Version next = pending.peek();
      rolledBack |= rollbackIfEnded(next, map);
      if (next.version <= map.latest()) {
        // A log server may give more than it was asked for.
        pending.poll();
        continue;
      }
      if (needsBaseValues(next, map)) {
        return new Applied(missingBaseValues(map), rolledBack);
      }
      apply(next, map, changes, awaited);
      pending.poll();
    }
    baseValues.clear();
    if (through > map.latest()) {
      map.advance(through);
    }
    return new Applied(List.of(), rolledBack);
  }

  /** What was applied above the end of the epoch before was never committed. */
  private boolean rollbackIfEnded(Version next, VersionedMap map) {
    if (!next.isEpochEnd() || next.version <= map.latest()) {
      return false;
    }
    long recoveryVersion = next.recoveryVersion();
    if (recoveryVersion >= map.latest()) {
      return false;
    }
    // Stored is never above a version that can be taken back, nor where no version is.
    Check.that(
        recoveryVersion >= map.stored(),
        "the epoch ended at ",
        recoveryVersion,
        ", which is below stored ",
        map.stored());
    map.rollback(recoveryVersion);
    epochBegins.tailMap(recoveryVersion, false).clear();
    return true;
  }

  private boolean needsBaseValues(Version next, VersionedMap map) {
    for (Mutation mutation : next.mutations) {
      if (isBaseMissing(mutation, map)) {
        return true;
      }
    }
    return false;
  }

  private boolean isBaseMissing(Mutation mutation, VersionedMap map) {
    return mutation.type().isAtomicOperation()
        && !baseValues.containsKey(mutation.first())
        && !map.shards().isAwaited(mutation.first())
        && Tree.covering(map.root(), mutation.first()) == null;
  }

  private List<Bytes> missingBaseValues(VersionedMap map) {
    TreeSet<Bytes> missing = new TreeSet<>();
    for (Version version : pending) {
      for (Mutation mutation : version.mutations) {
        if (missing.size() < BASE_VALUES_MAX && isBaseMissing(mutation, map)) {
          missing.add(mutation.first());
        }
      }
    }
    return new ArrayList<>(missing);
  }

  private void apply(Version next, VersionedMap map, Changes changes, Awaited awaited) {
    map.begin(next.version);
    for (Mutation mutation : next.mutations) {
      if (isTakenBy(awaited, next.version, mutation, map)) {
        continue;
      }
      Bytes first = mutation.first();
      Bytes second = mutation.second();
      switch (mutation.type()) {
        case SET -> set(map, first, second);
        case CLEAR_RANGE -> clear(map, first, second);
        case EPOCH_END -> epochBegins.put(next.version, next.recoveryVersion());
        case SHARD_ASSIGNED -> map.assign(new KeyRange(first, second));
        case SHARD_REMOVED -> {
          map.remove(new KeyRange(first, second));
          forgetBaseValues(first, second);
          awaited.changed(mutation.affected());
        }
        case SHARD_FETCH -> {
          map.arrive(new KeyRange(first, second));
          awaited.changed(mutation.affected());
        }
        case SHARD_JOINED -> map.join(new KeyRange(first, second));
        case SET_VERSIONSTAMPED_KEY, SET_VERSIONSTAMPED_VALUE ->
            throw Check.unreachable("a versionstamp was not filled in at ", next.version);
        default -> {
          Bytes before = valueOf(map, first);
          Bytes after = AtomicOps.apply(mutation.type(), before, second);
          if (after == null) {
            clear(map, first, Keys.after(first));
          } else {
            set(map, first, after);
          }
        }
      }
      tell(mutation, next.version, changes);
    }
    map.commit();
  }

  /**
   * Whether a mutation is for what has not been fetched, and for nothing else. A clear goes to the
   * map as well, where nothing is that it could harm.
   */
  private static boolean isTakenBy(
      Awaited awaited, long version, Mutation mutation, VersionedMap map) {
    if (map.shards().arriving().isEmpty()) {
      return false;
    }
    if (mutation.type() == MutationType.CLEAR_RANGE) {
      for (KeyRange part : map.shards().awaitedIn(mutation.affected())) {
        awaited.mutation(version, Mutation.clearRange(part.begin(), part.end()));
      }
      return false;
    }
    boolean isOfKey = mutation.type() == MutationType.SET || mutation.type().isAtomicOperation();
    if (!isOfKey || !map.shards().isAwaited(mutation.first())) {
      return false;
    }
    awaited.mutation(version, mutation);
    return true;
  }

  private static void tell(Mutation mutation, long version, Changes changes) {
    switch (mutation.type()) {
      case EPOCH_END, SHARD_ASSIGNED, SHARD_FETCH, SHARD_JOINED -> {}
      case CLEAR_RANGE, SHARD_REMOVED ->
          changes.changed(mutation.first(), mutation.second(), version);
      default -> changes.changed(mutation.first(), null, version);
    }
  }

  private Bytes valueOf(VersionedMap map, Bytes key) {
    Tree.Node node = Tree.covering(map.root(), key);
    if (node != null) {
      return node.value();
    }
    Check.that(baseValues.containsKey(key), "no base value for ", key);
    return baseValues.get(key);
  }

  private void set(VersionedMap map, Bytes key, Bytes value) {
    map.set(key, value);
    if (!baseValues.isEmpty()) {
      baseValues.remove(key);
    }
  }

  private void clear(VersionedMap map, Bytes begin, Bytes end) {
    map.clear(begin, end);
    forgetBaseValues(begin, end);
  }

  private void forgetBaseValues(Bytes begin, Bytes end) {
    if (!baseValues.isEmpty() && begin.compareTo(end) < 0) {
      baseValues.subMap(begin, end).clear();
    }
  }
}
