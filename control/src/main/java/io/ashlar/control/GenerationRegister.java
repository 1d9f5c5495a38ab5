package io.ashlar.control;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.MalformedException;
import io.ashlar.core.RegisterGeneration;

/**
 * A register in which whoever read last with the highest generation may write, and nobody older:
 * the acceptor of a Paxos-like exclusive write (Gafni and Lamport, "Disk Paxos", 2000;
 * FoundationDB's generation register). Pure: its owner makes each change durable before it answers.
 */
final class GenerationRegister {
  private static final int ENCODING = 1;

  private RegisterGeneration readGeneration;
  private RegisterGeneration writeGeneration;
  private Bytes value;

  GenerationRegister() {
    readGeneration = RegisterGeneration.ZERO;
    writeGeneration = RegisterGeneration.ZERO;
  }

  /**
   * Announces a reader: writes of lower generations will be refused.
   *
   * @return the highest generation that has read, at least {@code generation}
   */
  RegisterGeneration read(RegisterGeneration generation) {
    if (generation.compareTo(readGeneration) > 0) {
      readGeneration = generation;
    }
    return readGeneration;
  }

  /** Writes, unless a higher generation has read or written. The same one may write again. */
  boolean write(RegisterGeneration generation, Bytes newValue) {
    if (readGeneration.compareTo(generation) > 0 || writeGeneration.compareTo(generation) > 0) {
      return false;
    }
    readGeneration = generation;
    writeGeneration = generation;
    value = newValue;
    checkInvariants();
    return true;
  }

  /** What was written last, or null. */
  Bytes value() {
    return value;
  }

  RegisterGeneration readGeneration() {
    return readGeneration;
  }

  RegisterGeneration writeGeneration() {
    return writeGeneration;
  }

  void checkInvariants() {
    Check.that(
        writeGeneration.compareTo(readGeneration) <= 0,
        "written by a generation that never read: ",
        writeGeneration);
    Check.that(
        (value == null) == writeGeneration.equals(RegisterGeneration.ZERO),
        "a value without a writer, or the reverse: ",
        writeGeneration);
  }

  Bytes encode() {
    ByteWriter to = new ByteWriter(64).putByte(ENCODING);
    readGeneration.encode(to);
    writeGeneration.encode(to);
    to.putByte(value == null ? 0 : 1);
    if (value != null) {
      to.putBytes(value);
    }
    return to.toBytes();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws MalformedException when the bytes are something else
   */
  static GenerationRegister decode(Bytes encoded) {
    ByteReader from = new ByteReader(encoded);
    int encoding = from.getByte();
    if (encoding != ENCODING) {
      throw new MalformedException("unknown encoding of a generation register: " + encoding);
    }
    GenerationRegister register = new GenerationRegister();
    register.readGeneration = RegisterGeneration.decode(from);
    register.writeGeneration = RegisterGeneration.decode(from);
    register.value = from.getByte() == 0 ? null : from.getBytes();
    from.expectEnd();
    return register;
  }
}
