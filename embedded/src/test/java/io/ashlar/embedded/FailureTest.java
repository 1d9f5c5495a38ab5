package io.ashlar.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.runtime.FileLayer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a node does when something under it fails while it runs. */
@Timeout(120)
class FailureTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void set(Database database, String key) {
    database.run(
        transaction -> {
          transaction.set(bytes(key), bytes("value"));
          return null;
        });
  }

  private static boolean has(Database database, String key) {
    return database.read(transaction -> transaction.getBlocking(bytes(key))) != null;
  }

  private static AshlarException unwrapped(Throwable failure) {
    return (AshlarException)
        (failure instanceof CompletionException ? failure.getCause() : failure);
  }

  @Test
  void aFullDiskIsNamedLosesNothingAndTheStoreOpensAgain(@TempDir Path directory) {
    FailingFiles files = new FailingFiles(FileLayer.ofTheMachine());
    NodeOptions options = NodeOptions.on(directory.resolve("store")).withFiles(files);
    try (LocalNode node = LocalNode.start(options);
        Database database = node.connect(DatabaseOptions.defaults())) {
      set(database, "before");
      files.setFull(true);
      AshlarException failure = unwrapped(catchThrowable(() -> set(database, "after")));
      // If it was sent nobody can say any more; the node may also have stopped by itself before.
      assertThat(failure.code()).isIn(ErrorCode.MAY_STILL_COMMIT, ErrorCode.DATABASE_CLOSED);
      assertThat(failure.getMessage())
          .contains("io_error (1510)")
          .contains("No space left on device")
          .contains("0 bytes can still be written there")
          .contains("make room");
      // What comes later was certainly not committed, and says why too.
      AshlarException later = unwrapped(catchThrowable(() -> has(database, "before")));
      assertThat(later.code()).isEqualTo(ErrorCode.DATABASE_CLOSED);
      assertThat(later.getMessage()).contains("io_error (1510)").contains("No space left");
      assertThat(later).hasRootCauseMessage("No space left on device");
    }
    // While the disk is full it cannot be opened either.
    assertThatThrownBy(() -> LocalNode.start(options).close())
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining("io_error (1510)")
        .hasMessageContaining("No space left on device");
    files.setFull(false);
    try (Database database = Ashlar.open(directory.resolve("store"))) {
      assertThat(has(database, "before")).isTrue();
      set(database, "later");
    }
  }

  @Test
  void whatIsPendingWhenTheLoopDiesNamesTheCause() throws Exception {
    try (LocalNode node = LocalNode.start(NodeOptions.inMemory());
        Database database = node.connect(DatabaseOptions.defaults())) {
      set(database, "key");
      CompletableFuture<Void> watch;
      try (Transaction transaction = database.createTransaction()) {
        watch = transaction.watch(bytes("key"));
        transaction.commitBlocking();
      }
      AshlarException cause = new AshlarException(ErrorCode.FILE_CORRUPT, "the file of the test");
      node.stopBecause(cause);
      Throwable failure = catchThrowable(() -> watch.get(60, TimeUnit.SECONDS));
      assertThat(failure)
          .hasMessageContaining("database_closed (7004)")
          .hasMessageContaining("file_corrupt (1522): the file of the test");
      assertThatThrownBy(() -> set(database, "late"))
          .hasMessageContaining("file_corrupt (1522): the file of the test");
    }
  }

  @Test
  void afterAFailureTheDirectoryCanBeOpenedAgainInTheSameProcess(@TempDir Path directory) {
    for (int round = 0; round < 3; round++) {
      try (LocalNode node = LocalNode.start(NodeOptions.on(directory.resolve("store")));
          Database database = node.connect(DatabaseOptions.defaults())) {
        assertThat(has(database, "key" + (round - 1))).isEqualTo(round > 0);
        set(database, "key" + round);
        node.stopBecause(new IllegalStateException("broken by the test"));
      }
    }
  }
}
