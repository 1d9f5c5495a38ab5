package io.ashlar.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ByteReader;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.Mutations;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.ShardMap;
import io.ashlar.core.ShardOrders;
import io.ashlar.core.TagPlacement;
import io.ashlar.core.TaggedMutations;
import io.ashlar.core.Tags;
import io.ashlar.core.Uid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The tags of drawn transactions over a drawn shard map, against the shard map's own answers. */
final class TagAssignerPropertyTest {
  private final Map<Bytes, Bytes> rows = new TreeMap<>();
  private ShardMap model;

  @Property(tries = 400, seed = "815")
  void everyMutationReachesExactlyTheLogServersOfItsTags(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    rows.clear();
    model = new ShardMap();
    load(new KeyValue(ShardMap.keyFor(Bytes.EMPTY), team(random)));
    for (int i = random.nextInt(6); i > 0; i--) {
      load(new KeyValue(ShardMap.keyFor(key(random)), team(random)));
    }
    List<KeyValue> initial = new ArrayList<>();
    rows.forEach((key, value) -> initial.add(new KeyValue(key, value)));
    int logCount = 1 + random.nextInt(5);
    int replication = 1 + random.nextInt(logCount);
    TagPlacement placement = new TagPlacement(generation(logCount, replication));
    Metadata metadata = new Metadata(initial);
    PushPayload payload = new PushPayload(placement, logCount);
    TagAssigner assigner = new TagAssigner(metadata, payload);
    for (int round = 0; round < 3; round++) {
      payload.clear();
      List<List<Mutation>> expected = new ArrayList<>();
      for (int i = 0; i < logCount; i++) {
        expected.add(new ArrayList<>());
      }
      int limit = 0;
      for (int t = random.nextInt(3); t >= 0; t--) {
        List<Mutation> mutations = transaction(random);
        Bytes encoded = Mutations.encode(mutations);
        limit += encoded.length() + (int) orderBytes(assigner, mutations);
        ShardMap before = new ShardMap(model);
        for (Mutation mutation : mutations) {
          int[] tags = tagsOf(mutation);
          limit += Math.max(assigner.setTagBytes(), assigner.clearTagBytes()) + 8;
          for (int member = 0; member < logCount; member++) {
            for (int tag : tags) {
              if (placement.holds(member, tag)) {
                expected.get(member).add(mutation);
                break;
              }
            }
          }
        }
        assigner.assign(encoded);
        for (ShardOrders.Order order : ShardOrders.of(before.changesTo(model))) {
          for (int member = 0; member < logCount; member++) {
            if (placement.holds(member, order.tag())) {
              expected.get(member).add(order.mutation());
            }
          }
        }
      }
      List<Bytes> payloads = payload.payloads();
      for (int member = 0; member < logCount; member++) {
        assertThat(decode(payloads.get(member), placement, member)).isEqualTo(expected.get(member));
        assertThat(payloads.get(member).length()).isLessThanOrEqualTo(limit);
      }
      metadata.checkInvariants();
      assertThat(metadata.rows()).isEqualTo(rows);
      applyAsAnotherProxy(random, metadata);
    }
  }

  /** What admission counts for the orders of a transaction. */
  private static long orderBytes(TagAssigner assigner, List<Mutation> mutations) {
    KeyRange map = KeyRange.ofPrefix(Keys.KEY_SERVERS_PREFIX);
    int set = 0;
    int teamMax = 0;
    int keyBytesMax = 0;
    boolean cleared = false;
    for (Mutation mutation : mutations) {
      if (!mutation.affected().intersects(map)) {
        continue;
      }
      if (mutation.type() == MutationType.SET) {
        set++;
        teamMax = Math.max(teamMax, ShardMap.Team.decode(mutation.second()).tags().length);
        keyBytesMax = Math.max(keyBytesMax, mutation.first().length());
      } else {
        cleared = true;
      }
    }
    return assigner.orderBytes(set, cleared, teamMax, keyBytesMax);
  }

  private void load(KeyValue row) {
    rows.put(row.key(), row.value());
    model.load(row);
  }

  /** Metadata that does not come through the assigner must be seen by it too. */
  private void applyAsAnotherProxy(SeededRandom random, Metadata metadata) {
    Mutation moved = Mutation.set(ShardMap.keyFor(key(random)), team(random));
    metadata.apply(moved);
    apply(moved);
  }

  private void apply(Mutation mutation) {
    switch (mutation.type()) {
      case SET -> rows.put(mutation.first(), mutation.second());
      case CLEAR_RANGE ->
          rows.keySet()
              .removeIf(
                  key ->
                      mutation.first().compareTo(key) <= 0 && key.compareTo(mutation.second()) < 0);
      default -> throw new AssertionError(mutation);
    }
    model.apply(mutation);
  }

  private int[] tagsOf(Mutation mutation) {
    boolean metadata;
    if (mutation.type() == MutationType.CLEAR_RANGE) {
      metadata = mutation.second().compareTo(Keys.USER_END) > 0;
    } else {
      metadata = Keys.isMetadata(mutation.first());
    }
    if (metadata) {
      apply(mutation);
    }
    TreeSet<Integer> tags = new TreeSet<>();
    for (int tag : model.tagsFor(mutation.affected())) {
      tags.add(tag);
    }
    if (metadata && !mutation.affected().isEmpty()) {
      tags.add(Tags.METADATA);
    }
    return tags.stream().mapToInt(Integer::intValue).toArray();
  }

  private static List<Mutation> transaction(SeededRandom random) {
    List<Mutation> mutations = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      Bytes one = key(random);
      Bytes other = key(random);
      Bytes begin = one.compareTo(other) <= 0 ? one : other;
      Bytes end = one.compareTo(other) <= 0 ? other : one;
      mutations.add(
          switch (random.nextInt(6)) {
            case 0 -> Mutation.clearRange(begin, end);
            case 1 -> Mutation.set(Keys.CONF_PREFIX.concat(one), other);
            case 2 -> Mutation.set(ShardMap.keyFor(one), team(random));
            case 3 ->
                Mutation.clearRange(Keys.after(Keys.KEY_SERVERS_PREFIX), ShardMap.keyFor(end));
            case 4 -> Mutation.clearRange(begin, Keys.CONF_PREFIX.concat(end));
            default -> Mutation.set(one, other);
          });
    }
    return mutations;
  }

  private static Bytes key(SeededRandom random) {
    byte[] key = new byte[random.nextInt(4)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) ('a' + random.nextInt(4));
    }
    return Bytes.wrap(key);
  }

  private static Bytes team(SeededRandom random) {
    int[] tags = new int[1 + random.nextInt(3)];
    int tag = 0;
    for (int i = 0; i < tags.length; i++) {
      tag += 1 + random.nextInt(random.nextBoolean() ? 3 : 300);
      tags[i] = tag;
    }
    return ShardMap.encodeTeam(tags);
  }

  private static LogGeneration generation(int count, int replication) {
    List<LogMember> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add(new LogMember(new Uid(1, i), "zone" + i));
    }
    return new LogGeneration(1, 0, 0, 1, members, replication, 0);
  }

  /** The mutations of a payload; every tag must be one the log server holds. */
  private static List<Mutation> decode(Bytes payload, TagPlacement placement, int member) {
    List<Mutation> mutations = new ArrayList<>();
    TaggedMutations.forEach(
        payload,
        (tags, count, array, at, length) -> {
          for (int i = 0; i < count; i++) {
            assertThat(placement.holds(member, tags[i])).isTrue();
            assertThat(i == 0 || tags[i - 1] < tags[i]).isTrue();
          }
          mutations.add(Mutation.decode(new ByteReader(array, at, length)));
        });
    return mutations;
  }
}
