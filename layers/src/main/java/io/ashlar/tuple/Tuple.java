package io.ashlar.tuple;

import io.ashlar.client.Range;
import io.ashlar.core.Bytes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An ordered list of elements that is encoded into a key so that the order of keys is the order of
 * tuples: element by element, a tuple before all that begin with it. Immutable, thread-safe.
 *
 * <p>Elements are null, byte strings, strings, integers of up to 255 bytes, floats, doubles,
 * booleans, UUIDs, versionstamps, and nested tuples or lists of these. Between types the order is:
 * null, bytes, strings, nested tuples, integers, floats, doubles, booleans, UUIDs, versionstamps.
 * Byte for byte the encoding of FoundationDB.
 *
 * <p>What gets an element fails with {@link IndexOutOfBoundsException} where there is none, and
 * with {@link ClassCastException} for one of another type. Of an element that is null the getters
 * of primitives fail with {@link NullPointerException}; the others give null.
 */
public final class Tuple implements Comparable<Tuple>, Iterable<Object> {
  private static final byte[] NO_PREFIX = new byte[0];
  private static final Tuple EMPTY = new Tuple(List.of());

  private final List<Object> elements;

  private Tuple(List<Object> elements) {
    this.elements = elements;
  }

  List<Object> elements() {
    return elements;
  }

  // ---- making tuples

  /** The empty tuple. */
  public Tuple() {
    this(List.of());
  }

  /**
   * A tuple of these elements.
   *
   * @throws IllegalArgumentException when one has a type that a tuple cannot hold
   */
  public static Tuple from(Object... items) {
    return fromList(Arrays.asList(items));
  }

  /** As {@link #from}. */
  public static Tuple fromList(List<?> items) {
    return EMPTY.addAll(items);
  }

  /** As {@link #from}. */
  public static Tuple fromItems(Iterable<?> items) {
    List<Object> list = new ArrayList<>();
    items.forEach(list::add);
    return fromList(list);
  }

  /** As {@link #from}. */
  public static Tuple fromStream(Stream<?> items) {
    List<Object> list = new ArrayList<>();
    items.forEach(list::add);
    return fromList(list);
  }

  /**
   * Decodes what {@link #pack} gave. Integers come back as Long where they fit, else as BigInteger;
   * nested tuples as lists.
   *
   * @throws IllegalArgumentException when the bytes are no tuple
   */
  public static Tuple fromBytes(byte[] bytes) {
    return fromBytes(bytes, 0, bytes.length);
  }

  /** As {@link #fromBytes(byte[])}, of a part of the array. */
  public static Tuple fromBytes(byte[] bytes, int offset, int length) {
    return new Tuple(
        Collections.unmodifiableList(new TupleReader(bytes, offset, length).readAll()));
  }

  private Tuple with(Object element) {
    List<Object> more = new ArrayList<>(elements.size() + 1);
    more.addAll(elements);
    more.add(element);
    return new Tuple(Collections.unmodifiableList(more));
  }

  /** This tuple and one more element: null, or one of the types that a tuple can hold. */
  public Tuple addObject(Object element) {
    return with(checked(element));
  }

  public Tuple add(String text) {
    return with(text);
  }

  public Tuple add(long number) {
    return with(number);
  }

  public Tuple add(byte[] bytes) {
    return with(bytes == null ? null : bytes.clone());
  }

  /** This tuple and a part of an array as one more element. */
  public Tuple add(byte[] bytes, int offset, int length) {
    return with(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  public Tuple add(boolean flag) {
    return with(flag);
  }

  public Tuple add(UUID uuid) {
    return with(uuid);
  }

  /** This tuple and one more integer, of at most 255 bytes. */
  public Tuple add(BigInteger number) {
    return with(checked(number));
  }

  public Tuple add(float number) {
    return with(number);
  }

  public Tuple add(double number) {
    return with(number);
  }

  public Tuple add(Versionstamp stamp) {
    return with(stamp);
  }

  /** This tuple and one more element that is a tuple itself. */
  public Tuple add(Tuple nested) {
    return with(nested);
  }

  /** This tuple and one more element that is a tuple itself, given by its elements. */
  public Tuple add(List<?> nested) {
    return with(checked(nested));
  }

  /** This tuple and then the elements of another. */
  public Tuple addAll(Tuple other) {
    return addAll(other.elements);
  }

  /** This tuple and then these elements. */
  public Tuple addAll(List<?> others) {
    List<Object> more = new ArrayList<>(elements);
    for (Object other : others) {
      more.add(checked(other));
    }
    return new Tuple(Collections.unmodifiableList(more));
  }

  /** Refuses what cannot be encoded, and copies what the caller could change. */
  private static Object checked(Object element) {
    if (element instanceof byte[] bytes) {
      return bytes.clone();
    }
    if (element instanceof List<?> list) {
      List<Object> copy = new ArrayList<>(list.size());
      for (Object inner : list) {
        copy.add(checked(inner));
      }
      return Collections.unmodifiableList(copy);
    }
    new TupleWriter(NO_PREFIX).putAll(Collections.singletonList(element));
    return element;
  }

  // ---- encoding

  /**
   * The encoding.
   *
   * @throws IllegalArgumentException when there is an incomplete versionstamp
   */
  public byte[] pack() {
    return pack(NO_PREFIX);
  }

  /** As {@link #pack()}, after a prefix. */
  public byte[] pack(byte[] prefix) {
    TupleWriter writer = write(prefix);
    if (writer.incompleteStamps() > 0) {
      throw new IllegalArgumentException(
          "the tuple has an incomplete versionstamp; use packWithVersionstamp");
    }
    return writer.toBytes().unsafeArray();
  }

  /** Puts the encoding into a buffer, whose order is of no concern. */
  public void packInto(ByteBuffer to) {
    to.put(pack());
  }

  /**
   * The encoding with one incomplete versionstamp, and its position as four bytes little endian at
   * the end: the key for {@link io.ashlar.client.MutationType#SET_VERSIONSTAMPED_KEY} or the value
   * for SET_VERSIONSTAMPED_VALUE.
   *
   * @throws IllegalArgumentException when there is not exactly one incomplete versionstamp
   */
  public byte[] packWithVersionstamp() {
    return packWithVersionstamp(NO_PREFIX);
  }

  /** As {@link #packWithVersionstamp()}, after a prefix, which the position counts too. */
  public byte[] packWithVersionstamp(byte[] prefix) {
    TupleWriter writer = write(prefix);
    if (writer.incompleteStamps() != 1) {
      throw new IllegalArgumentException(
          "the tuple has "
              + writer.incompleteStamps()
              + " incomplete versionstamps; exactly one can be filled in");
    }
    byte[] packed = writer.toBytes().unsafeArray();
    byte[] result = Arrays.copyOf(packed, packed.length + Integer.BYTES);
    ByteBuffer.wrap(result)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(packed.length, writer.stampPosition());
    return result;
  }

  private TupleWriter write(byte[] prefix) {
    TupleWriter writer = new TupleWriter(prefix);
    writer.putAll(elements);
    return writer;
  }

  /** Bytes of the encoding, without the position of an incomplete versionstamp. */
  public int getPackedSize() {
    return write(NO_PREFIX).size();
  }

  /** Whether there is a versionstamp, here or nested, that the commit has to fill in. */
  public boolean hasIncompleteVersionstamp() {
    return write(NO_PREFIX).incompleteStamps() > 0;
  }

  /** All keys of tuples that begin with this one and have more elements. */
  public Range range() {
    return range(NO_PREFIX);
  }

  /** As {@link #range()}, after a prefix. */
  public Range range(byte[] prefix) {
    byte[] packed = pack(prefix);
    byte[] begin = Arrays.copyOf(packed, packed.length + 1);
    byte[] end = Arrays.copyOf(packed, packed.length + 1);
    end[packed.length] = (byte) 0xff;
    return new Range(begin, end);
  }

  // ---- elements

  public int size() {
    return elements.size();
  }

  public boolean isEmpty() {
    return elements.isEmpty();
  }

  /** The elements; not to be changed, nor the byte arrays in it. */
  public List<Object> getItems() {
    return elements;
  }

  public Stream<Object> stream() {
    return elements.stream();
  }

  @Override
  public Iterator<Object> iterator() {
    return elements.iterator();
  }

  /** The element as it is. */
  public Object get(int index) {
    return elements.get(index);
  }

  private Number number(int index) {
    Number number = (Number) elements.get(index);
    if (number == null) {
      throw new NullPointerException("element " + index + " is null, not a number");
    }
    return number;
  }

  /** A number as a long: a larger integer loses its upper bits, a fraction is cut off. */
  public long getLong(int index) {
    return number(index).longValue();
  }

  /** An integer, or null. */
  public BigInteger getBigInteger(int index) {
    Object element = elements.get(index);
    if (element == null || element instanceof BigInteger) {
      return (BigInteger) element;
    }
    return BigInteger.valueOf(((Number) element).longValue());
  }

  /** A number as the nearest float. */
  public float getFloat(int index) {
    return number(index).floatValue();
  }

  /** A number as the nearest double. */
  public double getDouble(int index) {
    return number(index).doubleValue();
  }

  /** A boolean. */
  public boolean getBoolean(int index) {
    Boolean flag = (Boolean) elements.get(index);
    if (flag == null) {
      throw new NullPointerException("element " + index + " is null, not a boolean");
    }
    return flag;
  }

  /** A byte string, or null; a copy. */
  public byte[] getBytes(int index) {
    byte[] bytes = (byte[]) elements.get(index);
    return bytes == null ? null : bytes.clone();
  }

  /** A string, or null. */
  public String getString(int index) {
    return (String) elements.get(index);
  }

  /** A UUID, or null. */
  public UUID getUUID(int index) {
    return (UUID) elements.get(index);
  }

  /** A versionstamp, or null. */
  public Versionstamp getVersionstamp(int index) {
    return (Versionstamp) elements.get(index);
  }

  /** The elements of a nested tuple, or null. */
  @SuppressWarnings("unchecked")
  public List<Object> getNestedList(int index) {
    Object element = elements.get(index);
    return element instanceof Tuple tuple ? tuple.elements : (List<Object>) element;
  }

  /** A nested tuple, or null. */
  public Tuple getNestedTuple(int index) {
    Object element = elements.get(index);
    if (element == null || element instanceof Tuple) {
      return (Tuple) element;
    }
    return fromList((List<?>) element);
  }

  /** Without the first element. */
  public Tuple popFront() {
    if (elements.isEmpty()) {
      throw new IllegalStateException("the tuple is empty");
    }
    return new Tuple(elements.subList(1, elements.size()));
  }

  /** Without the last element. */
  public Tuple popBack() {
    if (elements.isEmpty()) {
      throw new IllegalStateException("the tuple is empty");
    }
    return new Tuple(elements.subList(0, elements.size() - 1));
  }

  // ---- comparing

  private Bytes encoded() {
    return write(NO_PREFIX).toBytes();
  }

  /** The order of the encodings. */
  @Override
  public int compareTo(Tuple other) {
    return encoded().compareTo(other.encoded());
  }

  /** Whether the encodings are equal; so nested lists equal nested tuples, and 1 equals 1L. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Tuple tuple && encoded().equals(tuple.encoded());
  }

  @Override
  public int hashCode() {
    return encoded().hashCode();
  }

  @Override
  public String toString() {
    return text(elements);
  }

  private static String text(Collection<?> elements) {
    return elements.stream().map(Tuple::text).collect(Collectors.joining(", ", "(", ")"));
  }

  private static String text(Object element) {
    if (element instanceof String string) {
      return '"' + string + '"';
    }
    if (element instanceof byte[] bytes) {
      return "b\"" + Bytes.copyOf(bytes) + '"';
    }
    return element instanceof List<?> list ? text((Collection<?>) list) : String.valueOf(element);
  }
}
