package io.ashlar.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.Keys;
import io.ashlar.core.SeededRandom;
import io.ashlar.message.ResolverTransaction;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The conflict set against the model, on keys so few that ranges touch, nest and repeat. */
class ConflictSetPropertyTest {
  private static final long RT = 1_000;

  /**
   * A transaction, with its read version relative to its batch.
   *
   * @param age how far below the batch's version it read; negative for one from the future
   */
  record Sketch(int age, List<KeyRange> reads, List<KeyRange> writes) {
    ResolverTransaction at(int index, long version) {
      return new ResolverTransaction(
          index, version - age, KeyRanges.encode(reads), KeyRanges.encode(writes), Bytes.EMPTY);
    }
  }

  private static Arbitrary<Bytes> tinyKeys() {
    return Arbitraries.integers()
        .between(0, 3)
        .map(i -> new int[] {0, 1, 2, 255}[i])
        .list()
        .ofMaxSize(3)
        .map(list -> Bytes.of(list.stream().mapToInt(i -> i).toArray()));
  }

  /** Keys that agree in their first twenty bytes, or in all but the last few of a node's word. */
  private static Arbitrary<Bytes> alikeKeys() {
    Bytes common = Bytes.utf8("0123456789abcdefghij");
    return Combinators.combine(Arbitraries.integers().between(6, 20), tinyKeys())
        .as((length, tail) -> common.slice(0, length < 14 ? 20 : length).concat(tail));
  }

  private static Arbitrary<KeyRange> ranges(Arbitrary<Bytes> keys) {
    Arbitrary<KeyRange> any =
        Combinators.combine(keys, keys)
            .as(
                (one, other) ->
                    other.isEmpty() ? new KeyRange(other, one) : new KeyRange(one, other))
            .map(range -> range.end().isEmpty() ? KeyRange.ofKey(Bytes.EMPTY) : range);
    Arbitrary<KeyRange> points = keys.map(KeyRange::ofKey);
    Arbitrary<KeyRange> toAfter =
        Combinators.combine(keys, keys).as((one, other) -> new KeyRange(one, Keys.after(other)));
    return Arbitraries.oneOf(any, points, toAfter);
  }

  private static Arbitrary<List<List<Sketch>>> histories(Arbitrary<Bytes> keys) {
    Arbitrary<Sketch> sketch =
        Combinators.combine(
                Arbitraries.integers().between(-3, 60),
                ranges(keys).list().ofMaxSize(2),
                ranges(keys).list().ofMaxSize(2))
            .as(Sketch::new);
    return sketch.list().ofMaxSize(6).list().ofMinSize(1).ofMaxSize(25);
  }

  @Provide
  Arbitrary<List<List<Sketch>>> tinyHistories() {
    return histories(tinyKeys());
  }

  @Provide
  Arbitrary<List<List<Sketch>>> alikeHistories() {
    return histories(alikeKeys());
  }

  @Property(tries = 1_500, seed = "101")
  void decidesAsTheModelOnTinyKeys(
      @ForAll("tinyHistories") List<List<Sketch>> history, @ForAll long seed) {
    compare(history, seed);
  }

  @Property(tries = 1_000, seed = "102")
  void decidesAsTheModelOnKeysWithLongCommonPrefixes(
      @ForAll("alikeHistories") List<List<Sketch>> history, @ForAll long seed) {
    compare(history, seed);
  }

  private static void compare(List<List<Sketch>> history, long seed) {
    SeededRandom random = new SeededRandom(seed);
    ConflictSet set = new ConflictSet(RT, 40, 8, 1 + random.nextInt(12));
    ConflictModel model = new ConflictModel(RT, 40);
    long version = RT;
    for (List<Sketch> batch : history) {
      version += 1 + random.nextInt(12);
      List<ResolverTransaction> transactions = new ArrayList<>();
      for (Sketch sketch : batch) {
        transactions.add(sketch.at(transactions.size(), version));
      }
      assertThat(set.resolve(version, transactions))
          .as("verdicts at version %s", version)
          .isEqualTo(model.resolve(version, transactions));
      set.checkInvariants();
    }
  }
}
