package io.ashlar.storage;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.host.Disk;

/**
 * A file beside the engine which says that the engine has made something durable. The log forgets
 * what is durable; so an engine that is empty though the mark is there has been lost, and going on
 * with it would hide that for ever.
 */
final class EngineMark {
  private static final String FILE = "stored";
  private static final Bytes CONTENT = Bytes.utf8("the engine holds what the log has forgotten\n");

  private final Disk disk;
  private final Uid storageId;
  private boolean isSet;

  EngineMark(Disk disk, Uid storageId) {
    this.disk = disk;
    this.storageId = storageId;
  }

  /** The engine has said that it holds something: the mark is there, or comes with {@link #set}. */
  void check(EngineState state, Runnable onGood) {
    if (!state.equals(EngineState.NEW)) {
      onGood.run();
      return;
    }
    disk.read(
        FILE,
        mark -> {
          if (mark != null) {
            throw new AshlarException(
                ErrorCode.FILE_CORRUPT,
                "the engine "
                    + storageId
                    + " is empty, and had stored what the log keeps no more: its files were lost;"
                    + " restore them from a copy");
          }
          onGood.run();
        });
  }

  /**
   * Before the log is told for the first time to forget something.
   *
   * @param onSet runs when the mark is durable, at once when it was before
   */
  void set(Runnable onSet) {
    if (isSet) {
      onSet.run();
      return;
    }
    disk.replace(
        FILE,
        CONTENT,
        () -> {
          isSet = true;
          onSet.run();
        });
  }
}
