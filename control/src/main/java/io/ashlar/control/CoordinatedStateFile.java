package io.ashlar.control;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.MalformedException;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.host.Disk;
import java.util.function.Consumer;

/**
 * The coordinated state in one generation register in one local file: the form of a database whose
 * only coordinator is the controller's own process. Every answer is given after the change it
 * speaks of is durable.
 */
final class CoordinatedStateFile implements CoordinatedStates {
  private static final String FILE = "coordinated-state";

  private final Disk disk;
  private GenerationRegister register;

  CoordinatedStateFile(Disk disk) {
    this.disk = disk;
  }

  @Override
  public void lock(Uid owner, LockHandler onRead) {
    if (register == null) {
      disk.read(
          FILE,
          content -> {
            if (register == null) {
              register =
                  content == null
                      ? new GenerationRegister()
                      : SealedFile.open(FILE, content, GenerationRegister::decode);
            }
            lock(owner, onRead);
          });
      return;
    }
    RegisterGeneration generation =
        new RegisterGeneration(register.readGeneration().counter() + 1, owner);
    register.read(generation);
    Bytes value = register.value();
    disk.replace(FILE, encode(register), () -> onRead.onLocked(generation, decode(value)));
  }

  @Override
  public void write(
      RegisterGeneration generation, CoordinatedState state, Consumer<Boolean> onWritten) {
    boolean accepted = register.write(generation, state.encode());
    if (accepted) {
      disk.replace(FILE, encode(register), () -> onWritten.accept(true));
    } else {
      onWritten.accept(false);
    }
  }

  private static CoordinatedState decode(Bytes value) {
    if (value == null) {
      return null;
    }
    try {
      return CoordinatedState.decode(value);
    } catch (MalformedException e) {
      throw new AshlarException(
          ErrorCode.DIRECTORY_VERSION,
          "the file " + FILE + " is of another version: " + e.getMessage(),
          e);
    }
  }

  private static Bytes encode(GenerationRegister register) {
    return SealedFile.seal(register.encode());
  }
}
