package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** What was written is read again, and no bytes do more than be refused. */
final class EncodingsPropertyTest {
  @Provide
  Arbitrary<List<Mutation>> mutationLists() {
    return Encodings.mutationLists();
  }

  @Provide
  Arbitrary<List<KeyRange>> rangeLists() {
    return Encodings.ranges().list().ofMaxSize(8);
  }

  /** Mutations with their tags. */
  record Entry(List<Integer> tags, Mutation mutation) {}

  @Provide
  Arbitrary<List<Entry>> entries() {
    Arbitrary<List<Integer>> tags =
        Arbitraries.integers().between(0, Integer.MAX_VALUE).list().ofMaxSize(12);
    return Combinators.combine(tags, Encodings.mutations()).as(Entry::new).list().ofMaxSize(6);
  }

  @Provide
  Arbitrary<TreeMap<Long, List<Mutation>>> versions() {
    return Arbitraries.maps(Arbitraries.longs().greaterOrEqual(0), Encodings.mutationLists())
        .ofMaxSize(6)
        .map(TreeMap::new);
  }

  @Provide
  Arbitrary<LogGeneration> generations() {
    Arbitrary<LogMember> member =
        Combinators.combine(
                Arbitraries.longs(), Arbitraries.longs(), Arbitraries.strings().ofMaxLength(8))
            .as((high, low, zone) -> new LogMember(new Uid(high, low), zone))
            .filter(m -> Bytes.utf8(m.zone()).utf8().equals(m.zone()));
    Arbitrary<Long> longs = Arbitraries.longs();
    Arbitrary<Integer> counts = Arbitraries.integers().between(0, Integer.MAX_VALUE);
    return Combinators.combine(
            longs, longs, longs, longs, member.list().ofMaxSize(5), counts, counts)
        .as(LogGeneration::new);
  }

  @Property(tries = 300, seed = "201")
  void mutationsRoundTrip(@ForAll("mutationLists") List<Mutation> mutations) {
    Bytes encoded = Mutations.encode(mutations);
    assertThat(Mutations.decode(encoded)).isEqualTo(mutations);
    ByteWriter one = new ByteWriter(0);
    mutations.forEach(mutation -> mutation.encode(one));
    assertThat(one.toBytes()).isEqualTo(encoded);
  }

  @Property(tries = 40, seed = "202")
  void cutMutationsAreHarmless(@ForAll("mutationLists") List<Mutation> mutations) {
    Encodings.assertPrefixesAreHarmless(Mutations::decode, Mutations.encode(mutations));
  }

  @Property(tries = 1_000, seed = "203")
  void garbageMutationsAreRefused(@ForAll @Size(max = 40) byte[] garbage) {
    Encodings.assertOnlyMalformed(Mutations::decode, garbage);
  }

  @Property(tries = 200, seed = "204")
  void rangesRoundTrip(@ForAll("rangeLists") List<KeyRange> ranges) {
    Bytes encoded = KeyRanges.encode(ranges);
    assertThat(KeyRanges.decode(encoded)).isEqualTo(ranges);
    Encodings.assertPrefixesAreHarmless(
        KeyRanges::decode, encoded.slice(0, Math.min(40, encoded.length())));
  }

  @Property(tries = 1_000, seed = "205")
  void garbageRangesAreRefused(@ForAll @Size(max = 40) byte[] garbage) {
    Encodings.assertOnlyMalformed(KeyRanges::decode, garbage);
  }

  private static List<Entry> decodeTagged(Bytes payload) {
    List<Entry> entries = new ArrayList<>();
    TaggedMutations.forEach(
        payload,
        (tags, count, array, at, length) -> {
          List<Integer> listed = Arrays.stream(tags, 0, count).boxed().toList();
          ByteReader reader = new ByteReader(array, at, length);
          Mutation mutation = Mutation.decode(reader);
          reader.expectEnd();
          entries.add(new Entry(listed, mutation));
        });
    return entries;
  }

  @Property(tries = 200, seed = "206")
  void taggedMutationsRoundTrip(@ForAll("entries") List<Entry> entries) {
    ByteWriter whole = new ByteWriter(0);
    ByteWriter parts = new ByteWriter(0);
    for (Entry entry : entries) {
      int[] tags = entry.tags().stream().mapToInt(Integer::intValue).toArray();
      TaggedMutations.append(whole, tags, entry.mutation());
      // The same from the middle of another array, with more tags than are meant.
      ByteWriter padded = new ByteWriter(0).putInt(7);
      entry.mutation().encode(padded);
      TaggedMutations.append(
          parts,
          Arrays.copyOf(tags, tags.length + 2),
          tags.length,
          padded.unsafeBuffer(),
          4,
          padded.size() - 4);
    }
    assertThat(decodeTagged(whole.toBytes())).isEqualTo(entries);
    assertThat(parts.toBytes()).isEqualTo(whole.toBytes());
  }

  @Property(tries = 1_000, seed = "207")
  void garbageTaggedMutationsAreRefused(@ForAll @Size(max = 40) byte[] garbage) {
    Encodings.assertOnlyMalformed(EncodingsPropertyTest::decodeTagged, garbage);
  }

  @Property(tries = 150, seed = "208")
  void peekEntriesRoundTrip(@ForAll("versions") TreeMap<Long, List<Mutation>> versions) {
    ByteWriter writer = new ByteWriter(0);
    List<PeekEntries.Entry> expected = new ArrayList<>();
    versions.forEach(
        (version, mutations) -> {
          Bytes encoded = Mutations.encode(mutations);
          Bytes padded = Bytes.of(1, 2).concat(encoded).concat(Bytes.of(3));
          PeekEntries.append(writer, version, padded.unsafeArray(), 2, encoded.length());
          expected.add(new PeekEntries.Entry(version, encoded));
        });
    assertThat(PeekEntries.decode(writer.toBytes())).isEqualTo(expected);
  }

  @Property(tries = 1_000, seed = "209")
  void garbagePeekEntriesAreRefused(@ForAll @Size(max = 60) byte[] garbage) {
    Encodings.assertOnlyMalformed(PeekEntries::decode, garbage);
  }

  @Property(tries = 60, seed = "210")
  void logGenerationsRoundTrip(@ForAll("generations") LogGeneration generation) {
    ByteWriter writer = new ByteWriter(0);
    generation.encode(writer);
    ByteReader reader = new ByteReader(writer.toBytes());
    assertThat(LogGeneration.decode(reader)).isEqualTo(generation);
    reader.expectEnd();
    Encodings.assertPrefixesAreHarmless(
        bytes -> LogGeneration.decode(new ByteReader(bytes)), writer.toBytes());
  }

  @Property(tries = 1_000, seed = "211")
  void garbageLogGenerationsAreRefused(@ForAll @Size(max = 80) byte[] garbage) {
    Encodings.assertOnlyMalformed(bytes -> LogGeneration.decode(new ByteReader(bytes)), garbage);
  }

  @Property(tries = 1_000, seed = "212")
  void numbersRoundTrip(
      @ForAll long number, @ForAll int small, @ForAll @Size(max = 20) byte[] raw) {
    Bytes bytes = Bytes.copyOf(raw);
    ByteWriter writer =
        new ByteWriter(0)
            .putVarint(number)
            .putLong(number)
            .putInt(small)
            .putByte(small)
            .putVarint(small & Integer.MAX_VALUE)
            .putUid(new Uid(number, small))
            .putBytes(bytes)
            .putRaw(bytes);
    ByteReader reader = new ByteReader(writer.toBytes());
    assertThat(reader.getVarint()).isEqualTo(number);
    assertThat(reader.getLong()).isEqualTo(number);
    assertThat(reader.getInt()).isEqualTo(small);
    assertThat(reader.getByte()).isEqualTo(small & 0xff);
    assertThat(reader.getCount()).isEqualTo(small & Integer.MAX_VALUE);
    assertThat(reader.getUid()).isEqualTo(new Uid(number, small));
    assertThat(reader.getBytes()).isEqualTo(bytes);
    assertThat(reader.getRaw(raw.length)).isEqualTo(bytes);
    reader.expectEnd();
  }

  @Property(tries = 500, seed = "213")
  void storeTimesRoundTrip(@ForAll long version, @ForAll long millis) {
    StoreTime time = new StoreTime(version, millis);
    assertThat(StoreTime.decode(time.encode())).isEqualTo(time);
  }

  @Property(tries = 500, seed = "214")
  void identifiersRoundTripAsText(@ForAll long high, @ForAll long low) {
    Uid uid = new Uid(high, low);
    assertThat(uid.toString()).hasSize(32);
    assertThat(Uid.parse(uid.toString())).isEqualTo(uid);
  }
}
