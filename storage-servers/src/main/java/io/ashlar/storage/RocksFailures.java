package io.ashlar.storage;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Says what a failure of RocksDB means to us. Its text names the file. */
final class RocksFailures {
  private RocksFailures() {}

  static AshlarException of(String what, RocksDBException failure) {
    Status status = failure.getStatus();
    String text = failure.getMessage();
    ErrorCode code = ErrorCode.IO_ERROR;
    if (status != null && status.getCode() == Status.Code.Corruption) {
      code = ErrorCode.FILE_CORRUPT;
    } else if (text != null && text.contains("lock")) {
      code = ErrorCode.DIRECTORY_IN_USE;
    } else if (status != null
        && (status.getCode() == Status.Code.InvalidArgument
            || status.getCode() == Status.Code.NotSupported)) {
      code = ErrorCode.DIRECTORY_VERSION;
    }
    return new AshlarException(code, what + ": " + text, failure);
  }
}
