package io.ashlar.storage;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Says what a failure of RocksDB means to us. Its text names the file. */
final class RocksFailures {
  /**
   * How RocksDB begins to say that a directory is open: in another process, in this one, and on
   * Windows in either. What follows names files, and a path may have any word in it.
   */
  private static final List<String> LOCKED =
      List.of("While lock file: ", "lock hold by current process", "Failed to create lock file: ");

  private RocksFailures() {}

  static AshlarException of(String what, RocksDBException failure) {
    Status status = failure.getStatus();
    String text = failure.getMessage();
    ErrorCode code = ErrorCode.IO_ERROR;
    if (status != null && status.getCode() == Status.Code.Corruption) {
      code = ErrorCode.FILE_CORRUPT;
    } else if (text != null && LOCKED.stream().anyMatch(text::startsWith)) {
      code = ErrorCode.DIRECTORY_IN_USE;
    } else if (status != null
        && (status.getCode() == Status.Code.InvalidArgument
            || status.getCode() == Status.Code.NotSupported)) {
      code = ErrorCode.DIRECTORY_VERSION;
    }
    return new AshlarException(code, what + ": " + text, failure);
  }
}
