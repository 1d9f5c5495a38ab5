package io.ashlar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

class RocksFailuresTest {
  /** A folder whose name has the word that RocksDB uses of an open one. */
  private static final String FOLDER = "/mnt/blockvolume1/lock/engines/7";

  private static ErrorCode code(Status.Code kind, String text) {
    Status status = new Status(kind, Status.SubCode.None, text);
    AshlarException failure =
        RocksFailures.of("flushing " + FOLDER, new RocksDBException(text, status));
    assertThat(failure).hasMessageContaining(text);
    return failure.code();
  }

  @Test
  void aDirectoryThatIsOpenIsInUse() {
    assertThat(
            code(
                Status.Code.IOError,
                "While lock file: " + FOLDER + "/LOCK: Resource temporarily unavailable"))
        .isEqualTo(ErrorCode.DIRECTORY_IN_USE);
    assertThat(
            code(
                Status.Code.IOError,
                "lock hold by current process, acquire time 1764190000 acquiring thread 1400: "
                    + FOLDER
                    + "/LOCK: No locks available"))
        .isEqualTo(ErrorCode.DIRECTORY_IN_USE);
  }

  /** A failure that is taken for a refusal is told to a reader, and the worker goes on. */
  @Test
  void aDiskThatFailsIsNotTakenForOneInUseByItsPath() {
    assertThat(
            code(
                Status.Code.IOError,
                "While appending to file: " + FOLDER + "/000012.sst: No space left on device"))
        .isEqualTo(ErrorCode.IO_ERROR);
    assertThat(
            code(
                Status.Code.IOError,
                "While pread offset 4096 len 4096: " + FOLDER + "/000012.sst: Input/output error"))
        .isEqualTo(ErrorCode.IO_ERROR);
  }

  @Test
  void aDamagedBlockIsCorruptWhateverItsPath() {
    assertThat(
            code(
                Status.Code.Corruption,
                "block checksum mismatch: stored = 1, computed = 2 in " + FOLDER + "/000012.sst"))
        .isEqualTo(ErrorCode.FILE_CORRUPT);
  }
}
