package io.ashlar.core;

/**
 * What a commit proxy pushes to a log server under one version: mutations, each with the tags that
 * must receive it, in the order of the transactions.
 *
 * <p>Encoding, one entry after the other: varint count of tags, each tag as a varint, varint length
 * of the mutation, the mutation as {@link Mutation#encode} writes it. The log server cuts entries
 * by tag without looking into mutations.
 */
public final class TaggedMutations {
  private TaggedMutations() {}

  /** Receives the entries of {@link #forEach}. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * One entry. The tags are {@code tags[0, tagCount)}, the mutation is {@code array[mutationAt,
     * mutationAt + mutationLength)}; both arrays are only lent.
     */
    void entry(int[] tags, int tagCount, byte[] array, int mutationAt, int mutationLength);
  }

  /** Appends one entry; the mutation is {@code array[from, from + length)}. */
  public static void append(
      ByteWriter to, int[] tags, int tagCount, byte[] array, int from, int length) {
    to.putVarint(tagCount);
    for (int i = 0; i < tagCount; i++) {
      to.putVarint(tags[i]);
    }
    to.putVarint(length);
    to.putRaw(array, from, length);
  }

  /** Appends one entry; the mutation is {@code mutation[0, length)}. */
  public static void append(ByteWriter to, int[] tags, int tagCount, byte[] mutation, int length) {
    append(to, tags, tagCount, mutation, 0, length);
  }

  /** Appends one entry, encoding the mutation. */
  public static void append(ByteWriter to, int[] tags, Mutation mutation) {
    ByteWriter encoded =
        new ByteWriter(32 + mutation.first().length() + mutation.second().length());
    mutation.encode(encoded);
    append(to, tags, tags.length, encoded.unsafeBuffer(), encoded.size());
  }

  /**
   * Visits all entries in order.
   *
   * @throws MalformedException when the bytes are not whole entries
   */
  public static void forEach(Bytes payload, Visitor visitor) {
    ByteReader reader = new ByteReader(payload);
    int[] tags = new int[8];
    while (reader.hasRemaining()) {
      int count = reader.getCount();
      if (count > reader.remaining()) {
        throw new MalformedException("more tags than bytes: " + count);
      }
      if (count > tags.length) {
        tags = new int[count];
      }
      for (int i = 0; i < count; i++) {
        tags[i] = reader.getCount();
      }
      int length = reader.getCount();
      int at = reader.position();
      reader.skip(length);
      visitor.entry(tags, count, payload.unsafeArray(), at, length);
    }
  }
}
