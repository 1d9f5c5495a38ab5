package io.ashlar.proxy;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.ShardMap;
import io.ashlar.core.ShardOrders;
import io.ashlar.core.Tags;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Gives each mutation the tags of those who must receive it: a set or atomic operation those of its
 * key's shard, a range clear those of all shards it touches, metadata the METADATA tag as well.
 * Metadata is applied on the way, so a later mutation of the same batch finds the shards as an
 * earlier one has left them. Pure.
 *
 * <p>Keys are compared where they lie in the encoded transaction, and a mutation's bytes are copied
 * into the push as they are.
 */
final class TagAssigner {
  private static final KeyRange SHARD_MAP = KeyRange.ofPrefix(Keys.KEY_SERVERS_PREFIX);

  /** Of an order beside its two keys: tag, type and lengths. */
  private static final int ORDER_OVERHEAD_BYTES = 24;

  private final Metadata metadata;
  private final PushPayload payload;

  private long shardChangesSeen = -1;
  private byte[][] begins;
  private int[][] shardTags;
  private PushPayload.Team[] userTeams;
  private PushPayload.Team[] systemTeams;
  private PushPayload.Team metadataTeam;
  private int setTagBytes;
  private int clearTagBytes;
  private int teamMax;
  private int beginBytesMax;

  /** The shard map as it was before the transaction that is being assigned changed it, or null. */
  private ShardMap shardMapBefore;

  /** The last range clear over several shards: many such in a row share their team. */
  private int spanFrom = -1;

  private int spanTo;
  private boolean spanMetadata;
  private PushPayload.Team spanTeam;

  TagAssigner(Metadata metadata, PushPayload payload) {
    this.metadata = metadata;
    this.payload = payload;
    refresh();
  }

  /** Derives the table of shards again if the shard map has changed. */
  private void refresh() {
    if (shardChangesSeen == metadata.shardChanges()) {
      return;
    }
    shardChangesSeen = metadata.shardChanges();
    List<ShardMap.Shard> shards = metadata.shards();
    int count = shards.size();
    Check.that(count > 0, "the shard map is empty");
    begins = new byte[count][];
    shardTags = new int[count][];
    userTeams = new PushPayload.Team[count];
    systemTeams = new PushPayload.Team[count];
    metadataTeam = payload.team(new int[] {Tags.METADATA});
    TreeSet<Integer> all = new TreeSet<>();
    teamMax = 0;
    beginBytesMax = 0;
    int growth = 0;
    for (int i = 0; i < count; i++) {
      begins[i] = shards.get(i).range().begin().unsafeArray();
      shardTags[i] = shards.get(i).tags();
      teamMax = Math.max(teamMax, shardTags[i].length);
      growth = Math.max(growth, shards.get(i).team().sources().length);
      beginBytesMax = Math.max(beginBytesMax, begins[i].length);
      for (int tag : shardTags[i]) {
        all.add(tag);
      }
    }
    Check.that(begins[0].length == 0, "no shard holds the first key; shards: ", count);
    spanFrom = -1;
    // One more for the METADATA tag, and three bytes for the length of any mutation. What is
    // admitted now may be tagged when its shard has begun to move to another team.
    int tagBytes = varintBytes(all.last());
    setTagBytes = varintBytes(teamMax + growth + 1) + tagBytes * (teamMax + growth) + 1 + 3;
    int tagsMax = all.size() + growth;
    clearTagBytes = varintBytes(tagsMax + 1) + tagBytes * tagsMax + 1 + 3;
  }

  private static int varintBytes(int value) {
    int bytes = 1;
    for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
      bytes++;
    }
    return bytes;
  }

  /** At most what the tags of a mutation of one key add to its bytes. */
  int setTagBytes() {
    refresh();
    return setTagBytes;
  }

  /** At most what the tags of a range clear add to its bytes. */
  int clearTagBytes() {
    refresh();
    return clearTagBytes;
  }

  /**
   * At most what orders to storage servers add to a transaction that changes rows of the shard map.
   *
   * @param rowsSet how many rows it sets
   * @param rowsCleared whether it clears any
   * @param teamSetMax the most tags of one that it sets
   * @param keySetBytesMax the longest key of those
   */
  long orderBytes(int rowsSet, boolean rowsCleared, int teamSetMax, int keySetBytesMax) {
    refresh();
    // What changes begins at a row that is set, or, when its row is cleared or another before it,
    // at one that there was. It ends where any other begins, which may be set with it.
    long changes = (long) rowsSet + (rowsCleared ? begins.length : 0);
    int teamAfterMax = rowsCleared ? Math.max(teamMax, teamSetMax) : teamSetMax;
    long bytes = ORDER_OVERHEAD_BYTES + 2L * Math.max(beginBytesMax, keySetBytesMax);
    return changes * (teamMax + teamAfterMax) * bytes;
  }

  /**
   * Appends the mutations of a committed transaction to the payload, and if it changes the shard
   * map what that means for storage servers: at its end, when it is known what has become of the
   * map.
   *
   * @return the bytes of metadata mutations among them
   */
  int assign(Bytes mutations) {
    // Metadata of other proxies may have been applied since.
    refresh();
    int metadataBytes = 0;
    MutationCursor cursor = new MutationCursor(mutations);
    while (cursor.next()) {
      if (cursor.touchesMetadata()) {
        metadataBytes += cursor.length();
        assignMetadata(cursor.mutation());
      } else if (cursor.typeCode() == MutationType.CLEAR_RANGE.code()) {
        PushPayload.Team team =
            teamOfRange(
                cursor.array(),
                cursor.firstAt(),
                cursor.firstLength(),
                cursor.secondAt(),
                cursor.secondLength(),
                false);
        append(team, cursor);
      } else {
        int shard = shardOf(cursor.array(), cursor.firstAt(), cursor.firstLength());
        append(userTeam(shard), cursor);
      }
    }
    if (shardMapBefore != null) {
      for (ShardOrders.Order order : ShardOrders.of(metadata.changesSince(shardMapBefore))) {
        append(payload.team(new int[] {order.tag()}), order.mutation());
      }
      shardMapBefore = null;
    }
    return metadataBytes;
  }

  private void append(PushPayload.Team team, MutationCursor cursor) {
    if (team != null) {
      payload.append(team, cursor.array(), cursor.at(), cursor.length());
    }
  }

  /** By how much setting a row of the metadata makes a copy of it larger. */
  long metadataGrowth(Bytes key, int valueBytes) {
    return metadata.growthBySet(key, valueBytes);
  }

  /** The metadata first, then its tags: a shard's new team receives the change itself. */
  private void assignMetadata(Mutation mutation) {
    if (shardMapBefore == null && mutation.affected().intersects(SHARD_MAP)) {
      shardMapBefore = metadata.copyOfShardMap();
    }
    Mutation effective = metadata.apply(mutation);
    refresh();
    PushPayload.Team team;
    if (effective.type() == MutationType.CLEAR_RANGE) {
      byte[] begin = effective.first().unsafeArray();
      byte[] end = effective.second().unsafeArray();
      byte[] both = Arrays.copyOf(begin, begin.length + end.length);
      System.arraycopy(end, 0, both, begin.length, end.length);
      team = teamOfRange(both, 0, begin.length, begin.length, end.length, true);
    } else {
      team = systemTeam(shardOf(effective.first().unsafeArray(), 0, effective.first().length()));
    }
    if (team != null) {
      append(team, effective);
    }
  }

  private void append(PushPayload.Team team, Mutation mutation) {
    ByteWriter encoded =
        new ByteWriter(16 + mutation.first().length() + mutation.second().length());
    mutation.encode(encoded);
    payload.append(team, encoded.unsafeBuffer(), 0, encoded.size());
  }

  /** Appends a whole copy of the metadata under the METADATA tag. */
  void appendCopy() {
    append(metadataTeam, Mutation.clearRange(Keys.USER_END, Keys.SYSTEM_END));
    for (Map.Entry<Bytes, Bytes> row : metadata.rows().entrySet()) {
      append(metadataTeam, Mutation.set(row.getKey(), row.getValue()));
    }
  }

  /** The shard that holds the key {@code array[at, at + length)}. */
  private int shardOf(byte[] array, int at, int length) {
    int low = 0;
    int high = begins.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      byte[] begin = begins[middle];
      if (Arrays.compareUnsigned(begin, 0, begin.length, array, at, at + length) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private PushPayload.Team userTeam(int shard) {
    if (userTeams[shard] == null) {
      userTeams[shard] = payload.team(shardTags[shard]);
    }
    return userTeams[shard];
  }

  private PushPayload.Team systemTeam(int shard) {
    if (systemTeams[shard] == null) {
      systemTeams[shard] = payload.team(withMetadata(shardTags[shard]));
    }
    return systemTeams[shard];
  }

  /** METADATA is the smallest tag, so the result is ascending too. */
  private static int[] withMetadata(int[] tags) {
    int[] all = new int[tags.length + 1];
    all[0] = Tags.METADATA;
    System.arraycopy(tags, 0, all, 1, tags.length);
    return all;
  }

  /** The team of all shards that a range touches, or null when the range is empty. */
  private PushPayload.Team teamOfRange(
      byte[] array, int beginAt, int beginLength, int endAt, int endLength, boolean system) {
    int beginEnd = beginAt + beginLength;
    int endEnd = endAt + endLength;
    if (Arrays.compareUnsigned(array, beginAt, beginEnd, array, endAt, endEnd) >= 0) {
      return null;
    }
    int from = shardOf(array, beginAt, beginLength);
    int to = shardOf(array, endAt, endLength);
    byte[] begin = begins[to];
    boolean endsBeforeLast =
        Arrays.compareUnsigned(begin, 0, begin.length, array, endAt, endEnd) == 0;
    if (endsBeforeLast) {
      to--;
    }
    if (from == to) {
      return system ? systemTeam(from) : userTeam(from);
    }
    return teamOfSpan(from, to, system);
  }

  private PushPayload.Team teamOfSpan(int from, int to, boolean system) {
    if (spanFrom != from || spanTo != to || spanMetadata != system) {
      TreeSet<Integer> union = new TreeSet<>();
      for (int shard = from; shard <= to; shard++) {
        for (int tag : shardTags[shard]) {
          union.add(tag);
        }
      }
      int[] tags = union.stream().mapToInt(Integer::intValue).toArray();
      spanTeam = payload.team(system ? withMetadata(tags) : tags);
      spanFrom = from;
      spanTo = to;
      spanMetadata = system;
    }
    return spanTeam;
  }
}
