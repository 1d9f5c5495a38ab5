package io.ashlar.control;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.host.Disk;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The coordinated state in one generation register in one local file: what a set of coordinators
 * will be to recovery. Every answer is given after the change it speaks of is durable.
 */
final class CoordinatedStateFile {
  private static final String FILE = "coordinated-state";

  private final Disk disk;
  private GenerationRegister register;

  CoordinatedStateFile(Disk disk) {
    this.disk = disk;
  }

  /**
   * Reads with a generation above all before.
   *
   * @param owner the attempt
   * @param onRead its generation, and the state, null when there is none
   */
  void lock(Uid owner, LockHandler onRead) {
    if (register == null) {
      disk.read(
          FILE,
          content -> {
            if (register == null) {
              register = content == null ? new GenerationRegister() : decode(content);
            }
            lock(owner, onRead);
          });
      return;
    }
    RegisterGeneration generation =
        new RegisterGeneration(register.readGeneration().counter() + 1, owner);
    register.read(generation);
    Bytes value = register.value();
    disk.replace(
        FILE,
        encode(register),
        () -> onRead.onLocked(generation, value == null ? null : CoordinatedState.decode(value)));
  }

  /** Writes, unless a later attempt has locked; true when the state is durable. */
  void write(RegisterGeneration generation, CoordinatedState state, Consumer<Boolean> onWritten) {
    boolean accepted = register.write(generation, state.encode());
    if (accepted) {
      disk.replace(FILE, encode(register), () -> onWritten.accept(true));
    } else {
      onWritten.accept(false);
    }
  }

  private static Bytes encode(GenerationRegister register) {
    Bytes body = register.encode();
    return new ByteWriter(body.length() + 4).putInt(checksum(body)).putRaw(body).toBytes();
  }

  /**
   * A file that is not what was written stops the worker: nothing can be recovered from a guess.
   */
  private static GenerationRegister decode(Bytes content) {
    if (content.length() < 4) {
      throw new AshlarException(
          ErrorCode.FILE_CORRUPT, "the file " + FILE + " is cut short; restore it from a copy");
    }
    ByteReader from = new ByteReader(content);
    int expected = from.getInt();
    Bytes body = from.getRaw(from.remaining());
    if (checksum(body) != expected) {
      throw new AshlarException(
          ErrorCode.FILE_CORRUPT,
          "the file " + FILE + " is corrupt: its checksum does not match; restore it from a copy");
    }
    return GenerationRegister.decode(body);
  }

  private static int checksum(Bytes body) {
    CRC32C crc = new CRC32C();
    crc.update(body.unsafeArray());
    return (int) crc.getValue();
  }

  /** Hears that the state is locked. */
  @FunctionalInterface
  interface LockHandler {
    void onLocked(RegisterGeneration generation, CoordinatedState stateOrNull);
  }
}
