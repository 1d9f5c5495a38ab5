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
  /** Without a sequence: of a register that is written in order, by calls. */
  private static final int ENCODING = 1;

  /** With the sequence of the last write. */
  private static final int ENCODING_WITH_SEQUENCE = 2;

  private RegisterGeneration readGeneration;
  private RegisterGeneration writeGeneration;

  /** Which write of its generation the value is; 0 where writes are not counted. */
  private long sequence;

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
    set(generation, 0, newValue);
    return true;
  }

  /**
   * Writes, unless a higher generation has read or written, or a later write of the same one: one
   * that comes late, by a connection that is gone, must not undo what was written after it. The
   * same write may come again.
   *
   * @param writeSequence counts the writes of the generation from 1
   * @return whether the register has this write
   */
  boolean write(RegisterGeneration generation, long writeSequence, Bytes newValue) {
    Check.that(writeSequence > 0, "writes are counted from 1: ", writeSequence);
    if (readGeneration.compareTo(generation) > 0 || writeGeneration.compareTo(generation) > 0) {
      return false;
    }
    if (writeGeneration.equals(generation) && writeSequence <= sequence) {
      return writeSequence == sequence;
    }
    set(generation, writeSequence, newValue);
    return true;
  }

  private void set(RegisterGeneration generation, long writeSequence, Bytes newValue) {
    readGeneration = generation;
    writeGeneration = generation;
    sequence = writeSequence;
    value = newValue;
    checkInvariants();
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

  /** Which write of {@link #writeGeneration} the value is; 0 where writes are not counted. */
  long sequence() {
    return sequence;
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
    ByteWriter to = new ByteWriter(64);
    to.putByte(sequence == 0 ? ENCODING : ENCODING_WITH_SEQUENCE);
    readGeneration.encode(to);
    writeGeneration.encode(to);
    if (sequence != 0) {
      to.putLong(sequence);
    }
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
    if (encoding != ENCODING && encoding != ENCODING_WITH_SEQUENCE) {
      throw new MalformedException("unknown encoding of a generation register: " + encoding);
    }
    GenerationRegister register = new GenerationRegister();
    register.readGeneration = RegisterGeneration.decode(from);
    register.writeGeneration = RegisterGeneration.decode(from);
    register.sequence = encoding == ENCODING ? 0 : from.getLong();
    register.value = from.getByte() == 0 ? null : from.getBytes();
    from.expectEnd();
    return register;
  }
}
