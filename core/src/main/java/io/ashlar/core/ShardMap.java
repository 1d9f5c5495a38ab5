package io.ashlar.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which tags receive the mutations of which keys: the system keys {@code \xff/keyServers/<begin>},
 * decoded. A shard reaches from its begin to the begin of the next, the last one to the end of the
 * key space. Not thread-safe.
 *
 * <p>A value is one byte of encoding version (1), then the tags of the team as varints, ascending.
 */
public final class ShardMap {
  private static final int ENCODING = 1;

  private final TreeMap<Bytes, int[]> teams = new TreeMap<>();

  /** The key that holds the team of the shard beginning at {@code begin}. */
  public static Bytes keyFor(Bytes begin) {
    return Keys.KEY_SERVERS_PREFIX.concat(begin);
  }

  public static Bytes encodeTeam(int... tags) {
    int[] sorted = tags.clone();
    Arrays.sort(sorted);
    ByteWriter writer = new ByteWriter(16).putByte(ENCODING);
    for (int tag : sorted) {
      writer.putVarint(tag);
    }
    return writer.toBytes();
  }

  /**
   * Reads what {@link #encodeTeam} wrote.
   *
   * @throws MalformedException when the bytes are no team
   */
  public static int[] decodeTeam(Bytes value) {
    ByteReader reader = new ByteReader(value);
    if (reader.getByte() != ENCODING) {
      throw new MalformedException("unknown encoding of a team: " + value);
    }
    int[] tags = new int[reader.remaining()];
    int count = 0;
    while (reader.hasRemaining()) {
      tags[count++] = reader.getCount();
    }
    return Arrays.copyOf(tags, count);
  }

  /** Applies a committed mutation of the metadata; those of other keys change nothing. */
  public void apply(Mutation mutation) {
    switch (mutation.type()) {
      case SET -> {
        if (mutation.first().startsWith(Keys.KEY_SERVERS_PREFIX)) {
          put(mutation.first(), mutation.second());
        }
      }
      case CLEAR_RANGE -> {
        Bytes prefix = Keys.KEY_SERVERS_PREFIX;
        KeyRange cleared =
            new KeyRange(mutation.first(), mutation.second())
                .intersection(KeyRange.ofPrefix(prefix));
        if (!cleared.isEmpty()) {
          teams.keySet().removeIf(begin -> cleared.contains(keyFor(begin)));
        }
      }
      default -> {}
    }
  }

  /** Takes over one row of the metadata; rows that are not of the shard map change nothing. */
  public void load(KeyValue row) {
    if (row.key().startsWith(Keys.KEY_SERVERS_PREFIX)) {
      put(row.key(), row.value());
    }
  }

  private void put(Bytes key, Bytes value) {
    Bytes begin = key.slice(Keys.KEY_SERVERS_PREFIX.length(), key.length());
    teams.put(begin, decodeTeam(value));
  }

  /** The team of the shard that holds {@code key}: tags, ascending; only to be read. */
  public int[] tagsFor(Bytes key) {
    Map.Entry<Bytes, int[]> shard = teams.floorEntry(key);
    Check.that(shard != null, "no shard holds the key ", key);
    return shard.getValue();
  }

  /** The tags of all shards that {@code range} touches, ascending. */
  public int[] tagsFor(KeyRange range) {
    if (range.isEmpty()) {
      return new int[0];
    }
    Bytes first = teams.floorKey(range.begin());
    Check.that(first != null, "no shard holds the key ", range.begin());
    TreeSet<Integer> tags = new TreeSet<>();
    for (int[] team : teams.subMap(first, true, range.end(), false).values()) {
      for (int tag : team) {
        tags.add(tag);
      }
    }
    return tags.stream().mapToInt(Integer::intValue).toArray();
  }

  /** A shard and its team. */
  public record Shard(KeyRange range, int[] tags) {}

  /**
   * The shards that {@code range} touches, whole, in key order or in reverse, at most {@code
   * limit}.
   */
  public List<Shard> shards(KeyRange range, int limit, boolean reverse) {
    List<Shard> found = new ArrayList<>();
    if (range.isEmpty()) {
      return found;
    }
    Map.Entry<Bytes, int[]> shard =
        reverse ? teams.lowerEntry(range.end()) : teams.floorEntry(range.begin());
    while (shard != null && found.size() < limit) {
      Bytes next = teams.higherKey(shard.getKey());
      KeyRange whole = new KeyRange(shard.getKey(), next == null ? Keys.SYSTEM_END : next);
      if (!whole.intersects(range)) {
        break;
      }
      found.add(new Shard(whole, shard.getValue()));
      shard = reverse ? teams.lowerEntry(shard.getKey()) : teams.higherEntry(shard.getKey());
    }
    return found;
  }

  /**
   * As {@link #shards}, but neighbours of one team are joined, so that who reads over many shards
   * need not ask for each.
   */
  public List<Shard> joinedShards(KeyRange range, int limit, boolean reverse) {
    List<Shard> joined = new ArrayList<>();
    for (Shard shard : shards(range, Integer.MAX_VALUE, reverse)) {
      int last = joined.size() - 1;
      if (last >= 0 && Arrays.equals(joined.get(last).tags, shard.tags)) {
        KeyRange before = joined.get(last).range;
        KeyRange whole =
            reverse
                ? new KeyRange(shard.range.begin(), before.end())
                : new KeyRange(before.begin(), shard.range.end());
        joined.set(last, new Shard(whole, shard.tags));
      } else if (joined.size() == limit) {
        break;
      } else {
        joined.add(shard);
      }
    }
    return joined;
  }

  public boolean isEmpty() {
    return teams.isEmpty();
  }
}
