package io.ashlar.core;

import java.util.ArrayList;
import java.util.List;

/** Encodes the mutations of a transaction: one after the other, to the end of the bytes. */
public final class Mutations {
  private Mutations() {}

  public static Bytes encode(List<Mutation> mutations) {
    ByteWriter writer = new ByteWriter(64 * mutations.size());
    for (Mutation mutation : mutations) {
      mutation.encode(writer);
    }
    return writer.toBytes();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws MalformedException when the bytes are not whole mutations
   */
  public static List<Mutation> decode(Bytes encoded) {
    ByteReader reader = new ByteReader(encoded);
    List<Mutation> mutations = new ArrayList<>();
    while (reader.hasRemaining()) {
      mutations.add(Mutation.decode(reader));
    }
    return mutations;
  }
}
