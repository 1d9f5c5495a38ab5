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
 * <p>A value is one byte of encoding, then tags as varints, ascending. Encoding 1: the tags of the
 * team. Encoding 2, while a shard moves: how many tags its team has, these, and then the tags of
 * the team it moves to.
 */
public final class ShardMap {
  private static final int AT_REST = 1;
  private static final int MOVING = 2;
  private static final int[] NOWHERE = {};

  private final TreeMap<Bytes, Team> teams;

  public ShardMap() {
    teams = new TreeMap<>();
  }

  /** A copy, which goes its own way. */
  public ShardMap(ShardMap other) {
    teams = new TreeMap<>(other.teams);
  }

  /**
   * Who has a shard.
   *
   * @param sources the tags of those who serve it, ascending; only to be read
   * @param target the tags of those who are to serve it next, ascending, or none when it does not
   *     move; only to be read
   * @param tags all of them, ascending: those who receive its mutations; only to be read
   */
  public record Team(int[] sources, int[] target, int[] tags) {
    /** A team that stays. */
    public static Team atRest(int... tags) {
      int[] sorted = sorted(tags);
      return new Team(sorted, NOWHERE, sorted);
    }

    /** A team whose shard moves to another, which may share members with it. */
    public static Team moving(int[] sources, int[] target) {
      TreeSet<Integer> all = new TreeSet<>();
      Arrays.stream(sources).forEach(all::add);
      Arrays.stream(target).forEach(all::add);
      return new Team(sorted(sources), sorted(target), toArray(all));
    }

    public boolean isMoving() {
      return target.length > 0;
    }

    /** Whether the server of that tag serves the shard. */
    public boolean isSource(int tag) {
      return Arrays.binarySearch(sources, tag) >= 0;
    }

    /** Whether the server of that tag has not served the shard and is to do so next. */
    public boolean isNewcomer(int tag) {
      return Arrays.binarySearch(target, tag) >= 0 && !isSource(tag);
    }

    public boolean isSame(Team other) {
      return Arrays.equals(sources, other.sources) && Arrays.equals(target, other.target);
    }

    public Bytes encode() {
      ByteWriter writer = new ByteWriter(16).putByte(isMoving() ? MOVING : AT_REST);
      if (isMoving()) {
        writer.putVarint(sources.length);
      }
      for (int tag : sources) {
        writer.putVarint(tag);
      }
      for (int tag : target) {
        writer.putVarint(tag);
      }
      return writer.toBytes();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws MalformedException when the bytes are no team
     */
    public static Team decode(Bytes value) {
      ByteReader reader = new ByteReader(value);
      int encoding = reader.getByte();
      if (encoding != AT_REST && encoding != MOVING) {
        throw new MalformedException("unknown encoding of a team: " + value);
      }
      int sourceCount = encoding == MOVING ? reader.getCount() : Integer.MAX_VALUE;
      int[] sources = decodeTags(reader, sourceCount);
      int[] target = decodeTags(reader, Integer.MAX_VALUE);
      if (sources.length == 0 || (encoding == MOVING && target.length == 0)) {
        throw new MalformedException("a team of nobody: " + value);
      }
      return encoding == MOVING ? moving(sources, target) : atRest(sources);
    }

    private static int[] decodeTags(ByteReader reader, int countMax) {
      int[] tags = new int[Math.min(countMax, reader.remaining())];
      int count = 0;
      while (reader.hasRemaining() && count < countMax) {
        int tag = reader.getCount();
        if (tag <= (count == 0 ? 0 : tags[count - 1])) {
          throw new MalformedException("tags of a team that do not ascend: " + tag);
        }
        tags[count++] = tag;
      }
      return Arrays.copyOf(tags, count);
    }

    private static int[] sorted(int[] tags) {
      int[] sorted = tags.clone();
      Arrays.sort(sorted);
      return sorted;
    }

    @Override
    public String toString() {
      String text = Arrays.toString(sources);
      return isMoving() ? text + " to " + Arrays.toString(target) : text;
    }
  }

  private static int[] toArray(TreeSet<Integer> tags) {
    return tags.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The key that holds the team of the shard beginning at {@code begin}. */
  public static Bytes keyFor(Bytes begin) {
    return Keys.KEY_SERVERS_PREFIX.concat(begin);
  }

  /** The value of a team that stays. */
  public static Bytes encodeTeam(int... tags) {
    return Team.atRest(tags).encode();
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
    teams.put(begin, Team.decode(value));
  }

  /** Who has the shard that holds {@code key}. */
  public Team teamFor(Bytes key) {
    Map.Entry<Bytes, Team> shard = teams.floorEntry(key);
    Check.that(shard != null, "no shard holds the key ", key);
    return shard.getValue();
  }

  /** The tags that receive mutations of {@code key}, ascending; only to be read. */
  public int[] tagsFor(Bytes key) {
    return teamFor(key).tags;
  }

  /** The tags of all shards that {@code range} touches, ascending. */
  public int[] tagsFor(KeyRange range) {
    if (range.isEmpty()) {
      return new int[0];
    }
    Bytes first = teams.floorKey(range.begin());
    Check.that(first != null, "no shard holds the key ", range.begin());
    TreeSet<Integer> tags = new TreeSet<>();
    for (Team team : teams.subMap(first, true, range.end(), false).values()) {
      for (int tag : team.tags) {
        tags.add(tag);
      }
    }
    return toArray(tags);
  }

  /** A shard and who has it. */
  public record Shard(KeyRange range, Team team) {
    /** A shard that does not move. */
    public Shard(KeyRange range, int[] tags) {
      this(range, Team.atRest(tags));
    }

    /** The tags that receive its mutations, ascending; only to be read. */
    public int[] tags() {
      return team.tags;
    }
  }

  /**
   * The shards that {@code range} touches, whole, in key order or in reverse, at most {@code
   * limit}.
   */
  public List<Shard> shards(KeyRange range, int limit, boolean reverse) {
    List<Shard> found = new ArrayList<>();
    if (range.isEmpty()) {
      return found;
    }
    Map.Entry<Bytes, Team> shard =
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
   * As {@link #shards}, but neighbours that the same servers serve are joined, so that who reads
   * over many shards need not ask for each. What counts of their teams are the sources.
   */
  public List<Shard> joinedShards(KeyRange range, int limit, boolean reverse) {
    List<Shard> joined = new ArrayList<>();
    for (Shard shard : shards(range, Integer.MAX_VALUE, reverse)) {
      int last = joined.size() - 1;
      if (last >= 0 && Arrays.equals(joined.get(last).team.sources, shard.team.sources)) {
        KeyRange before = joined.get(last).range;
        KeyRange whole =
            reverse
                ? new KeyRange(shard.range.begin(), before.end())
                : new KeyRange(before.begin(), shard.range.end());
        joined.set(last, new Shard(whole, shard.team));
      } else if (joined.size() == limit) {
        break;
      } else {
        joined.add(shard);
      }
    }
    return joined;
  }

  /** A range that has another team than before. */
  public record Change(KeyRange range, Team before, Team after) {}

  /** Where {@code next} differs, in key order; both are whole. */
  public List<Change> changesTo(ShardMap next) {
    TreeSet<Bytes> begins = new TreeSet<>(teams.keySet());
    begins.addAll(next.teams.keySet());
    List<Change> changes = new ArrayList<>();
    for (Bytes begin : begins) {
      Team before = teamFor(begin);
      Team after = next.teamFor(begin);
      if (!before.isSame(after)) {
        Bytes end = begins.higher(begin);
        KeyRange range = new KeyRange(begin, end == null ? Keys.SYSTEM_END : end);
        changes.add(new Change(range, before, after));
      }
    }
    return changes;
  }

  public boolean isEmpty() {
    return teams.isEmpty();
  }
}
