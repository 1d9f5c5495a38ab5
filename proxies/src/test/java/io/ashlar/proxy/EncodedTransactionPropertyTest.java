package io.ashlar.proxy;

import static io.ashlar.proxy.FakeCluster.RT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.Keys;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.Mutations;
import io.ashlar.message.Address;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.ResolverShare;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** The parts that work on encoded transactions, against the decoded ones. */
final class EncodedTransactionPropertyTest {
  @Provide
  Arbitrary<Bytes> keys() {
    return Arbitraries.of(0, 1, 0x61, 0x62, 0xfe, 0xff)
        .list()
        .ofMaxSize(4)
        .map(list -> Bytes.of(list.stream().mapToInt(Integer::intValue).toArray()));
  }

  @Provide
  Arbitrary<KeyRange> ranges() {
    return Combinators.combine(keys(), keys())
        .as((a, b) -> a.compareTo(b) <= 0 ? new KeyRange(a, b) : new KeyRange(b, a))
        .filter(range -> !range.end().isEmpty());
  }

  @Provide
  Arbitrary<Mutation> mutations() {
    Arbitrary<MutationType> types =
        Arbitraries.of(MutationType.class).filter(type -> !type.isVersionstamped());
    return Combinators.combine(types, keys(), keys()).as(Mutation::new);
  }

  @Provide
  Arbitrary<Mutation> stampable() {
    Arbitrary<Bytes> holes =
        Combinators.combine(keys(), keys())
            .as(
                (before, after) ->
                    before
                        .concat(Bytes.wrap(new byte[10]))
                        .concat(after)
                        .concat(Bytes.of(before.length(), 0, 0, 0)));
    return Arbitraries.oneOf(
        Combinators.combine(holes, keys())
            .as((key, value) -> new Mutation(MutationType.SET_VERSIONSTAMPED_KEY, key, value)),
        Combinators.combine(keys(), holes)
            .as((key, value) -> new Mutation(MutationType.SET_VERSIONSTAMPED_VALUE, key, value)),
        mutations());
  }

  /** Whatever the bytes, the answer is admission, a refusal, or that they are malformed. */
  @Property(tries = 2_000, seed = "4711")
  void noBytesDoMoreThanBeRefused(
      @ForAll @Size(max = 40) byte[] reads,
      @ForAll @Size(max = 40) byte[] writes,
      @ForAll @Size(max = 60) byte[] mutations) {
    CommitTransaction transaction =
        new CommitTransaction(
            RT, Bytes.copyOf(reads), Bytes.copyOf(writes), Bytes.copyOf(mutations));
    try {
      Admission.admit(null, transaction, 0, Assigners.ofOneShard());
    } catch (RefusedException | MalformedException expected) {
      assertThat(expected.getMessage()).isNotEmpty();
    }
  }

  @Property(tries = 500, seed = "4712")
  void theCursorSeesWhatDecodingSees(
      @ForAll @Size(max = 8) List<@From("mutations") Mutation> mutations) {
    Bytes encoded = Mutations.encode(mutations);
    MutationCursor cursor = new MutationCursor(encoded);
    for (Mutation mutation : mutations) {
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.mutation()).isEqualTo(mutation);
      Bytes whole = Bytes.copyOf(cursor.array(), cursor.at(), cursor.at() + cursor.length());
      assertThat(whole).isEqualTo(Mutations.encode(List.of(mutation)));
    }
    assertThat(cursor.next()).isFalse();
  }

  @Property(tries = 500, seed = "4713")
  void stampingChangesTheStampedMutationsAlone(
      @ForAll @Size(max = 6) List<@From("stampable") Mutation> mutations,
      @ForAll @LongRange(min = 0) long version,
      @ForAll @IntRange(max = 65_534) int index) {
    KeyRange other = new KeyRange(Bytes.of(1), Bytes.of(2));
    Bytes sent = Mutations.encode(mutations);
    Bytes before = Bytes.copyOf(sent.toArray());
    Versionstamps.Stamped stamped =
        Versionstamps.stamp(sent, KeyRanges.encode(List.of(other)), version, index);
    assertThat(sent).isEqualTo(before);
    Bytes stamp =
        new io.ashlar.core.ByteWriter(10)
            .putLong(version)
            .putByte(index >> 8)
            .putByte(index)
            .toBytes();
    List<Mutation> expected = new ArrayList<>();
    List<KeyRange> conflicts = new ArrayList<>(List.of(other));
    for (Mutation mutation : mutations) {
      Bytes key = mutation.first();
      Bytes value = mutation.second();
      if (mutation.type() == MutationType.SET_VERSIONSTAMPED_KEY) {
        key = filled(key, stamp);
        conflicts.add(KeyRange.ofKey(key));
      } else if (mutation.type() == MutationType.SET_VERSIONSTAMPED_VALUE) {
        value = filled(value, stamp);
      }
      expected.add(mutation.type().isVersionstamped() ? Mutation.set(key, value) : mutation);
    }
    assertThat(Mutations.decode(stamped.mutations())).isEqualTo(expected);
    assertThat(KeyRanges.decode(stamped.writeConflicts())).isEqualTo(conflicts);
  }

  private static Bytes filled(Bytes parameter, Bytes stamp) {
    int hole = parameter.at(parameter.length() - 4);
    return parameter
        .slice(0, hole)
        .concat(stamp)
        .concat(parameter.slice(hole + 10, parameter.length() - 4));
  }

  @Property(tries = 500, seed = "4714")
  void theSharesTogetherHoldExactlyTheConflictRanges(
      @ForAll @Size(max = 5) List<@From("ranges") KeyRange> conflicts,
      @ForAll("keys") Bytes split,
      @ForAll("keys") Bytes probe) {
    Assume.that(split.compareTo(Keys.SYSTEM_END) < 0);
    KeyRange left = new KeyRange(Keys.FIRST, split);
    KeyRange right = new KeyRange(split, Bytes.of(255, 255, 255, 255, 255));
    ResolverShares shares =
        new ResolverShares(
            List.of(new ResolverShare(Address.NONE, left), new ResolverShare(Address.NONE, right)));
    Bytes encoded = KeyRanges.encode(conflicts);
    boolean wanted = conflicts.stream().anyMatch(range -> range.contains(probe));
    for (int resolver = 0; resolver < 2; resolver++) {
      List<KeyRange> cut = KeyRanges.decode(shares.cut(resolver, encoded));
      boolean mine = (resolver == 0 ? left : right).contains(probe);
      assertThat(cut.stream().anyMatch(range -> range.contains(probe))).isEqualTo(wanted && mine);
    }
  }
}
