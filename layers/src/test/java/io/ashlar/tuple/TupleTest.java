package io.ashlar.tuple;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatObject;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.Bytes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Against the classes that FoundationDB publishes, and its specification where those need more. */
class TupleTest {
  private static Arbitrary<Object> scalars() {
    Arbitrary<Object> edges =
        Arbitraries.of(
            Arrays.asList(
                null,
                0L,
                255L,
                256L,
                -255L,
                -256L,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                Long.MIN_VALUE + 1,
                BigInteger.ONE.shiftLeft(63),
                BigInteger.ONE.shiftLeft(63).negate(),
                BigInteger.ONE.shiftLeft(64),
                BigInteger.ONE.shiftLeft(64).negate(),
                BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE),
                BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE).negate(),
                -0.0f,
                0.0f,
                Float.NaN,
                Float.NEGATIVE_INFINITY,
                Float.intBitsToFloat(0xffc00001),
                -0.0,
                Double.NaN,
                Double.MIN_VALUE,
                Double.longBitsToDouble(0xfff8000000000001L),
                "",
                "\0",
                "a\0b",
                "\uffff",
                "\ud83d\ude00",
                new byte[0],
                new byte[] {0},
                new byte[] {0, (byte) 0xff, 0}));
    Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(8);
    return Arbitraries.oneOf(
        List.of(
            edges,
            bytes.map(b -> (Object) b),
            bytes.map(b -> (Object) new BigInteger(b.length == 0 ? new byte[1] : b)),
            Arbitraries.bytes()
                .array(byte[].class)
                .ofMinSize(9)
                .ofMaxSize(40)
                .map(b -> (Object) new BigInteger(b)),
            Arbitraries.longs().map(n -> (Object) n),
            Arbitraries.integers().map(n -> (Object) n),
            Arbitraries.floats().map(n -> (Object) n),
            Arbitraries.doubles().map(n -> (Object) n),
            Arbitraries.of(true, false).map(f -> (Object) f),
            Arbitraries.strings().withCharRange('\0', '\ud7ff').ofMaxLength(6).map(t -> (Object) t),
            Arbitraries.longs().map(n -> (Object) new UUID(n, ~n)),
            Arbitraries.bytes()
                .array(byte[].class)
                .ofSize(10)
                .filter(b -> b[0] != (byte) 0xff)
                .map(b -> (Object) Versionstamp.complete(b, b[9] & 0xff))));
  }

  private static Arbitrary<Object> elements(int depth) {
    if (depth == 0) {
      return scalars();
    }
    Arbitrary<Object> nested = elements(depth - 1).list().ofMaxSize(3).map(list -> (Object) list);
    Arbitrary<Object> tuples =
        elements(depth - 1).list().ofMaxSize(3).map(list -> (Object) Tuple.fromList(list));
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(6, scalars()),
        net.jqwik.api.Tuple.of(1, nested),
        net.jqwik.api.Tuple.of(1, tuples));
  }

  @Provide
  Arbitrary<List<Object>> lists() {
    return elements(2).list().ofMaxSize(5);
  }

  /** The same element for the published classes. */
  private static Object theirs(Object element) {
    if (element instanceof Versionstamp stamp) {
      return com.apple.foundationdb.tuple.Versionstamp.fromBytes(stamp.getBytes());
    }
    if (element instanceof Tuple tuple) {
      return theirs(tuple.getItems());
    }
    if (element instanceof List<?> list) {
      return list.stream().map(TupleTest::theirs).collect(java.util.stream.Collectors.toList());
    }
    return element;
  }

  private static com.apple.foundationdb.tuple.Tuple theirTuple(List<Object> elements) {
    List<Object> converted = new ArrayList<>();
    elements.forEach(element -> converted.add(theirs(element)));
    return com.apple.foundationdb.tuple.Tuple.fromList(converted);
  }

  /** Values as they come back: comparable by their text. */
  private static String text(Object element) {
    if (element instanceof byte[] bytes) {
      return "bytes " + Bytes.copyOf(bytes);
    }
    if (element instanceof Versionstamp stamp) {
      return "stamp " + Bytes.copyOf(stamp.getBytes());
    }
    if (element instanceof com.apple.foundationdb.tuple.Versionstamp stamp) {
      return "stamp " + Bytes.copyOf(stamp.getBytes());
    }
    if (element instanceof Float real) {
      return "float " + Float.floatToRawIntBits(real);
    }
    if (element instanceof Double real) {
      return "double " + Double.doubleToRawLongBits(real);
    }
    if (element instanceof List<?> list) {
      return list.stream().map(TupleTest::text).toList().toString();
    }
    return element == null ? "null" : element.getClass().getSimpleName() + " " + element;
  }

  @Property(tries = 3000, seed = "51")
  void packsToTheSameBytes(@ForAll("lists") List<Object> elements) {
    byte[] packed = Tuple.fromList(elements).pack();
    assertThat(Bytes.copyOf(packed)).isEqualTo(Bytes.copyOf(theirTuple(elements).pack()));
    assertThat(Tuple.fromList(elements).getPackedSize()).isEqualTo(packed.length);
  }

  @Property(tries = 2000, seed = "52")
  void decodesToTheSameElements(@ForAll("lists") List<Object> elements) {
    byte[] packed = Tuple.fromList(elements).pack();
    Tuple decoded = Tuple.fromBytes(packed);
    List<Object> expected = com.apple.foundationdb.tuple.Tuple.fromBytes(packed).getItems();
    assertThat(text(decoded.getItems())).isEqualTo(text(expected));
    assertThatObject(decoded).isEqualTo(Tuple.fromList(elements)).hasSameHashCodeAs(decoded);
    assertThat(Bytes.copyOf(decoded.pack())).isEqualTo(Bytes.copyOf(packed));
  }

  @Property(tries = 2000, seed = "53")
  void comparesAsTheEncodingDoes(
      @ForAll("lists") List<Object> one, @ForAll("lists") List<Object> other) {
    Tuple left = Tuple.fromList(one);
    Tuple right = Tuple.fromList(other);
    int order = Integer.signum(left.compareTo(right));
    assertThat(order)
        .isEqualTo(Integer.signum(Arrays.compareUnsigned(left.pack(), right.pack())))
        .isEqualTo(Integer.signum(theirTuple(one).compareTo(theirTuple(other))));
  }

  @Property(tries = 1000, seed = "54")
  void rangesAndPrefixesAreTheSame(@ForAll("lists") List<Object> elements) {
    byte[] prefix = {1, 0, (byte) 0xff};
    io.ashlar.client.Range range = Tuple.fromList(elements).range(prefix);
    com.apple.foundationdb.Range expected = theirTuple(elements).range(prefix);
    assertThat(range.begin).isEqualTo(expected.begin);
    assertThat(range.end).isEqualTo(expected.end);
    assertThat(Tuple.fromList(elements).pack(prefix)).isEqualTo(theirTuple(elements).pack(prefix));
  }

  @Property(tries = 3000, seed = "55")
  void garbageIsRefusedOrDecoded(@ForAll byte[] garbage) {
    expectRefusedOrDecoded(garbage);
  }

  @Property(tries = 2000, seed = "56")
  void cutTuplesAreRefusedOrDecoded(@ForAll("lists") List<Object> elements, @ForAll int cut) {
    byte[] packed = Tuple.fromList(elements).pack();
    if (packed.length > 0) {
      expectRefusedOrDecoded(Arrays.copyOf(packed, Math.floorMod(cut, packed.length)));
    }
  }

  private static void expectRefusedOrDecoded(byte[] bytes) {
    try {
      Tuple tuple = Tuple.fromBytes(bytes);
      assertThatObject(Tuple.fromList(tuple.getItems())).isEqualTo(tuple);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("not a tuple: ");
    }
  }

  // ---- what the published classes need their native library for, from the specification

  private static byte[] hex(String digits) {
    return java.util.HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  @Example
  void anIncompleteVersionstampHasItsPositionAtTheEnd() {
    Tuple tuple = Tuple.from("k", Versionstamp.incomplete(0x1234), 5);
    // 02 'k' 00 | 33, ten ff, user version | 15 05 | position 4, little endian
    byte[] expected = hex("026b00 33ffffffffffffffffffff1234 1505 04000000");
    assertThat(tuple.packWithVersionstamp()).isEqualTo(expected);
    byte[] prefixed = hex("aabb 026b00 33ffffffffffffffffffff1234 1505 06000000");
    assertThat(tuple.packWithVersionstamp(hex("aabb"))).isEqualTo(prefixed);
    assertThat(new Subspace(hex("aabb")).packWithVersionstamp(tuple)).isEqualTo(prefixed);
    assertThat(tuple.hasIncompleteVersionstamp()).isTrue();
    assertThat(tuple.getPackedSize()).isEqualTo(expected.length - 4);
    assertThatThrownBy(tuple::pack)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("packWithVersionstamp");
  }

  @Example
  void aNestedIncompleteVersionstampCountsToo() {
    Tuple tuple = Tuple.from(Tuple.from(null, Versionstamp.incomplete()), List.of());
    byte[] expected = hex("05 00ff 33ffffffffffffffffffff0000 00 0500 04000000");
    assertThat(tuple.packWithVersionstamp()).isEqualTo(expected);
  }

  @Example
  void exactlyOneVersionstampCanBeFilledIn() {
    Versionstamp open = Versionstamp.incomplete();
    assertThatThrownBy(() -> Tuple.from(open, open).packWithVersionstamp())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 incomplete");
    assertThatThrownBy(() -> Tuple.from("a").packWithVersionstamp())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 incomplete");
  }

  @Example
  void incompleteVersionstampsComeAfterCompleteOnes() {
    byte[] last = hex("fffffffffffffffffffe");
    Versionstamp complete = Versionstamp.complete(last, 0xffff);
    assertThat(complete).isLessThan(Versionstamp.incomplete(0));
    assertThat(Versionstamp.incomplete(1)).isLessThan(Versionstamp.incomplete(2));
    assertThat(Tuple.from(complete).compareTo(Tuple.from(Versionstamp.incomplete()))).isNegative();
    assertThat(Versionstamp.fromBytes(hex("ffffffffffffffffffff0007")))
        .isEqualTo(Versionstamp.incomplete(7));
    assertThat(complete.getUserVersion()).isEqualTo(0xffff);
    assertThat(complete.getTransactionVersion()).isEqualTo(last);
  }

  @Example
  void versionstampsHaveTheirSizes() {
    assertThatThrownBy(() -> Versionstamp.complete(new byte[9]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Versionstamp.fromBytes(new byte[13]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Versionstamp.incomplete(65_536))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Versionstamp.complete(new byte[10], -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Example
  void theExamplesOfTheSpecificationAreRight() {
    assertThat(Tuple.from((Object) null).pack()).isEqualTo(hex("00"));
    assertThat(Tuple.from((Object) hex("666f6f00626172")).pack())
        .isEqualTo(hex("01666f6f00ff62617200"));
    assertThat(Tuple.from("F\u00d4O\0bar").pack()).isEqualTo(hex("0246c3944f00ff62617200"));
    assertThat(Tuple.from(Arrays.asList(hex("666f6f00626172"), null, List.of())).pack())
        .isEqualTo(hex("0501666f6f00ff6261720000ff050000"));
    assertThat(Tuple.from(-5551212L).pack()).isEqualTo(hex("11ab4b93"));
    assertThat(Tuple.from(-42f).pack()).isEqualTo(hex("203dd7ffff"));
  }

  // ---- the rest of the interface

  @Example
  void whatCannotBeEncodedIsRefusedAtOnce() {
    assertThatThrownBy(() -> Tuple.from(new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Object");
    assertThatThrownBy(() -> Tuple.from("a\ud800"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("surrogate");
    BigInteger huge = BigInteger.ONE.shiftLeft(256 * 8 - 1);
    assertThatThrownBy(() -> new Tuple().add(huge))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("255 bytes");
    assertThat(new Tuple().add(BigInteger.ONE.shiftLeft(255 * 8 - 1)).pack()).hasSize(257);
  }

  @Example
  void nestingTooDeepIsRefusedWithoutExhaustingTheStack() {
    byte[] deep = new byte[1_000_000];
    Arrays.fill(deep, (byte) 5);
    assertThatThrownBy(() -> Tuple.fromBytes(deep)).isInstanceOf(IllegalArgumentException.class);
  }

  @Example
  void elementsComeBackByTheirTypes() {
    UUID uuid = new UUID(1, 2);
    byte[] bytes = {1, 2};
    Tuple tuple =
        new Tuple()
            .add("s")
            .add(7L)
            .add(bytes)
            .add(true)
            .add(uuid)
            .add(BigInteger.TEN)
            .add(1.5f)
            .add(2.5)
            .add(Versionstamp.incomplete(3))
            .add(Tuple.from("n"))
            .add(List.of("l"))
            .addObject(null);
    bytes[0] = 9;
    assertThat(tuple.size()).isEqualTo(12);
    assertThat(tuple.getString(0)).isEqualTo("s");
    assertThat(tuple.getLong(1)).isEqualTo(7);
    assertThat(tuple.getBigInteger(1)).isEqualTo(BigInteger.valueOf(7));
    assertThat(tuple.getBytes(2)).containsExactly(1, 2);
    assertThat(tuple.getBoolean(3)).isTrue();
    assertThat(tuple.getUUID(4)).isEqualTo(uuid);
    assertThat(tuple.getBigInteger(5)).isEqualTo(BigInteger.TEN);
    assertThat(tuple.getFloat(6)).isEqualTo(1.5f);
    assertThat(tuple.getDouble(7)).isEqualTo(2.5);
    assertThat(tuple.getVersionstamp(8).getUserVersion()).isEqualTo(3);
    assertThatObject(tuple.getNestedTuple(9)).isEqualTo(Tuple.from("n"));
    assertThat(tuple.getNestedList(9)).isEqualTo(List.of("n"));
    assertThatObject(tuple.getNestedTuple(10)).isEqualTo(Tuple.from("l"));
    assertThat(tuple.getString(11)).isNull();
    assertThatThrownBy(() -> tuple.getLong(11)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> tuple.getLong(0)).isInstanceOf(ClassCastException.class);
    assertThat(tuple.popFront().popBack().size()).isEqualTo(10);
    assertThatObject(tuple)
        .hasToString(
            "(\"s\", 7, b\"\\x01\\x02\", true, 00000000-0000-0001-0000-000000000002, 10, 1.5, 2.5,"
                + " Versionstamp(incomplete 3), (\"n\"), (\"l\"), null)");
    assertThatThrownBy(() -> new Tuple().popBack()).isInstanceOf(IllegalStateException.class);
  }

  @Example
  void tuplesAreMadeFromWhateverHoldsElements() {
    Tuple expected = Tuple.from("a", 1L);
    assertThatObject(Tuple.fromItems(List.of("a", 1))).isEqualTo(expected);
    assertThatObject(Tuple.fromStream(java.util.stream.Stream.of("a", 1L))).isEqualTo(expected);
    assertThatObject(Tuple.from("a").addAll(Tuple.from(1))).isEqualTo(expected);
    assertThatObject(Tuple.from("a").addAll(Collections.singletonList(1))).isEqualTo(expected);
    ByteBuffer buffer = ByteBuffer.allocate(16);
    expected.packInto(buffer);
    assertThat(Arrays.copyOf(buffer.array(), buffer.position())).isEqualTo(expected.pack());
    assertThatObject(new Tuple().add(new byte[] {1, 2, 3}, 1, 1))
        .isEqualTo(Tuple.from(new byte[] {2}));
    assertThat((Iterable<Object>) expected).containsExactly("a", 1L);
    assertThat(expected.isEmpty()).isFalse();
    assertThat(expected.stream()).hasSize(2);
  }

  @Property(tries = 500, seed = "57")
  void subspacesAreTheSame(@ForAll("lists") List<Object> elements) {
    byte[] raw = {(byte) 0xfe};
    Subspace ours = new Subspace(Tuple.from("users", 7), raw);
    com.apple.foundationdb.subspace.Subspace expected =
        new com.apple.foundationdb.subspace.Subspace(
            com.apple.foundationdb.tuple.Tuple.from("users", 7), raw);
    Tuple tuple = Tuple.fromList(elements);
    assertThat(ours.pack(tuple)).isEqualTo(expected.pack(theirTuple(elements)));
    assertThat(ours.range(tuple).begin).isEqualTo(expected.range(theirTuple(elements)).begin);
    assertThat(ours.range().end).isEqualTo(expected.range().end);
    assertThat(ours.get("x").getKey()).isEqualTo(expected.get("x").getKey());
    assertThat(ours.subspace(tuple).pack()).isEqualTo(ours.pack(tuple));
    assertThatObject(ours.unpack(ours.pack(tuple))).isEqualTo(tuple);
    assertThat(ours.contains(ours.pack(tuple))).isTrue();
    assertThat(ours.contains(new byte[] {1})).isFalse();
    assertThatThrownBy(() -> ours.unpack(new byte[] {1}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(ours).isEqualTo(new Subspace(ours.getKey())).hasSameHashCodeAs(ours);
  }
}
