package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Drawn values for the properties of encodings. */
final class Encodings {
  private Encodings() {}

  /** Byte strings, mostly short, of few different bytes, so that prefixes and ties are common. */
  static Arbitrary<Bytes> bytes() {
    Arbitrary<Bytes> few =
        Arbitraries.of(0, 1, 0x61, 0x7f, 0x80, 0xff)
            .list()
            .ofMaxSize(5)
            .map(list -> Bytes.of(list.stream().mapToInt(i -> (int) i).toArray()));
    Arbitrary<Bytes> any =
        Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(Bytes::copyOf);
    return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(4, few), net.jqwik.api.Tuple.of(1, any));
  }

  static Arbitrary<Mutation> mutations() {
    return Combinators.combine(Arbitraries.of(MutationType.class), bytes(), bytes())
        .as(Mutation::new);
  }

  static Arbitrary<List<Mutation>> mutationLists() {
    return mutations().list().ofMaxSize(8);
  }

  static Arbitrary<KeyRange> ranges() {
    Arbitrary<KeyRange> any =
        Combinators.combine(bytes(), bytes()).as(KeyRange::new).filter(r -> !r.end().isEmpty());
    Arbitrary<KeyRange> single = bytes().map(KeyRange::ofKey);
    return Arbitraries.oneOf(any, single);
  }

  /** Runs a decoder on bytes from outside: it succeeds or says that they are malformed. */
  static void assertOnlyMalformed(Consumer<Bytes> decoder, byte[] garbage) {
    Bytes bytes = Bytes.copyOf(garbage);
    try {
      decoder.accept(bytes);
    } catch (MalformedException expected) {
      assertThat(expected.getMessage()).isNotEmpty();
    }
    assertThat(bytes).isEqualTo(Bytes.copyOf(garbage));
  }

  /** Every strict prefix of an encoding is malformed, or decodes to less, but nothing else. */
  static void assertPrefixesAreHarmless(Consumer<Bytes> decoder, Bytes encoded) {
    for (int end = 0; end < encoded.length(); end++) {
      assertOnlyMalformed(decoder, encoded.slice(0, end).toArray());
    }
  }
}
