package io.ashlar.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.embedded.kill.StoreFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Takes one part of a whole store away, or changes a bit of it: opening must say which, and must
 * not delete or change anything, so that a copy put back in its place makes the store whole again.
 */
@Timeout(300)
class LostFilesTest {
  private static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);

  /** Written in the first life alone: later ones have it in the engine, and nowhere else. */
  private static final byte[] OLD_KEY = "old key".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path home;

  /** A store whose engine holds what the log has forgotten. */
  private Path store() throws IOException {
    Path store = home.resolve("store");
    for (int i = 0; i < 2; i++) {
      try (Database database = Ashlar.open(store)) {
        database.run(
            transaction -> {
              transaction.set(KEY, new byte[1_000]);
              return null;
            });
        if (i == 0) {
          database.run(
              transaction -> {
                transaction.set(OLD_KEY, new byte[1_000]);
                return null;
              });
        }
        while (i == 1 && StoreFolders.full(store.resolve("files/logs")).size() > 1) {
          database.read(transaction -> transaction.getBlocking(KEY));
        }
      }
    }
    return store;
  }

  /** Opens the store, expects to be refused, and that every file is as it was. */
  private void assertRefused(Path store, ErrorCode code, String... words) throws IOException {
    Map<String, String> before = StoreFolders.contents(store);
    Throwable failure = catchThrowable(() -> Ashlar.open(store).close());
    assertThat(failure).isInstanceOf(AshlarException.class);
    assertThat(((AshlarException) failure).code()).as(failure.getMessage()).isEqualTo(code);
    assertThat(failure.getMessage()).contains(words);
    assertThat(StoreFolders.contents(store)).containsAllEntriesOf(before);
  }

  private void assertWhole(Path store) {
    try (Database database = Ashlar.open(store)) {
      for (byte[] key : List.of(KEY, OLD_KEY)) {
        byte[] found = database.read(transaction -> transaction.getBlocking(key));
        assertThat(found).hasSize(1_000);
      }
    }
  }

  private static void flip(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 4;
    Files.write(file, content);
  }

  private void assertFileIsMissed(String name, String... words) throws IOException {
    assertFileIsMissed(store(), name, words);
  }

  private void assertFileIsMissed(Path store, String name, String... words) throws IOException {
    Path file = store.resolve(name);
    Path copy = home.resolve("copy");
    Files.move(file, copy);
    assertRefused(store, ErrorCode.FILE_CORRUPT, words);
    assertRefused(store, ErrorCode.FILE_CORRUPT, words);
    StoreFolders.delete(file);
    Files.move(copy, file);
    assertWhole(store);
  }

  private void assertFlipIsFound(String name, String... words) throws IOException {
    assertFlipIsFound(store(), name, words);
  }

  private void assertFlipIsFound(Path store, String name, String... words) throws IOException {
    flip(store.resolve(name));
    assertRefused(store, ErrorCode.FILE_CORRUPT, words);
    flip(store.resolve(name));
    assertWhole(store);
  }

  @Test
  void aLostManifestIsNamed() throws IOException {
    assertFileIsMissed("files/worker", "files/worker", "is missing");
  }

  @Test
  void aChangedManifestIsNamed() throws IOException {
    assertFlipIsFound("files/worker", "worker", "checksum");
  }

  @Test
  void aLostCoordinatedStateIsNamed() throws IOException {
    Path store = store();
    assertFileIsMissed(store, register(store), "register-", "is missing");
  }

  @Test
  void aLostFolderOfTheCoordinatorIsNamed() throws IOException {
    assertFileIsMissed("files/coordinator", "register-", "is missing");
  }

  @Test
  void aLostMembershipIsNamed() throws IOException {
    assertFileIsMissed("MEMBERSHIP", "MEMBERSHIP", "is missing");
  }

  @Test
  void aChangedMembershipIsNamed() throws IOException {
    assertFlipIsFound("MEMBERSHIP", "MEMBERSHIP", "checksum");
  }

  @Test
  void aChangedCoordinatedStateIsNamed() throws IOException {
    Path store = store();
    assertFlipIsFound(store, register(store), "register-", "checksum");
  }

  private static String register(Path store) throws IOException {
    try (Stream<Path> files = Files.list(store.resolve("files/coordinator"))) {
      return store.relativize(files.findFirst().orElseThrow()).toString();
    }
  }

  @Test
  void aLostEngineIsNamed() throws IOException {
    Path store = store();
    String engine = StoreFolders.only(store.resolve("engines")).getFileName().toString();
    Files.move(store.resolve("engines").resolve(engine), home.resolve("copy"));
    Throwable failure = catchThrowable(() -> Ashlar.open(store).close());
    assertThat(failure)
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining("file_corrupt (1522)")
        .hasMessageContaining(engine);
    StoreFolders.delete(store.resolve("engines").resolve(engine));
    Files.move(home.resolve("copy"), store.resolve("engines").resolve(engine));
    assertWhole(store);
  }

  @Test
  void aLostLogServerIsNamed() throws IOException {
    Path store = store();
    Path log = StoreFolders.only(store.resolve("files/logs"));
    Path copy = home.resolve("copy");
    Files.move(log, copy);
    Throwable failure = catchThrowable(() -> Ashlar.open(store).close());
    assertThat(failure)
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining("file_corrupt (1522)")
        .hasMessageContaining(log.getFileName().toString());
    StoreFolders.delete(log);
    Files.move(copy, log);
    assertWhole(store);
  }

  @Test
  void aLostTableOfTheEngineIsNamed() throws IOException {
    Path store = store();
    Path table = StoreFolders.table(store);
    Path copy = home.resolve("copy");
    Files.move(table, copy);
    Throwable failure = catchThrowable(() -> Ashlar.open(store).close());
    assertThat(failure)
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining(table.getFileName().toString());
    Files.move(copy, table);
    assertWhole(store);
  }

  @Test
  void aTruncatedTableOfTheEngineIsNamed() throws IOException {
    Path store = store();
    Path table = StoreFolders.table(store);
    byte[] whole = Files.readAllBytes(table);
    Files.write(table, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertRefused(store, ErrorCode.FILE_CORRUPT, table.getFileName().toString());
    Files.write(table, whole);
    assertWhole(store);
  }

  @Test
  void aChangedTableOfTheEngineIsNamedWhenItIsRead() throws IOException {
    Path store = store();
    List<Path> tables = StoreFolders.tables(store);
    // In the first block of rows of each.
    for (Path table : tables) {
      flipAt(table, 20);
    }
    Throwable failure =
        catchThrowable(
            () -> {
              try (Database database = Ashlar.open(store)) {
                database.read(transaction -> transaction.getBlocking(OLD_KEY));
              }
            });
    assertThat(failure).hasMessageContaining("file_corrupt (1522)").hasMessageContaining(".sst");
    for (Path table : tables) {
      flipAt(table, 20);
    }
    assertWhole(store);
  }

  private static void flipAt(Path file, int at) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[at] ^= 1;
    Files.write(file, content);
  }
}
