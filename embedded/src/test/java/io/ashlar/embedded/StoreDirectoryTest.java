package io.ashlar.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class StoreDirectoryTest {
  private static void assertRefused(Path directory, ErrorCode code, String words) {
    assertThatThrownBy(() -> Ashlar.open(directory).close())
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining(words)
        .extracting(error -> ((AshlarException) error).code())
        .isEqualTo(code);
  }

  @Test
  void secondOpenerIsRefusedAndTheFirstIsNotDisturbed(@TempDir Path directory) {
    byte[] key = "key".getBytes(StandardCharsets.UTF_8);
    try (Database database = Ashlar.open(directory.resolve("store"))) {
      assertRefused(directory.resolve("store"), ErrorCode.DIRECTORY_IN_USE, "store");
      assertRefused(directory.resolve("store"), ErrorCode.DIRECTORY_IN_USE, "store");
      database.run(
          transaction -> {
            transaction.set(key, key);
            return null;
          });
    }
    try (Database database = Ashlar.open(directory.resolve("store"))) {
      byte[] found = database.read(transaction -> transaction.get(key).join());
      assertThat(found).isEqualTo(key);
    }
  }

  @Test
  void directoryOfAnotherVersionIsRefused(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("FORMAT"), "ashlar 99\n");
    assertRefused(directory, ErrorCode.DIRECTORY_VERSION, "ashlar 99");
  }

  @Test
  void directoryWithOtherFilesIsRefusedAndLeftAsItWas(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("thesis.txt"), "irreplaceable");
    assertRefused(directory, ErrorCode.DIRECTORY_VERSION, "thesis.txt");
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left.map(Path::getFileName).map(Path::toString).toList())
          .isEqualTo(List.of("thesis.txt"));
    }
  }

  @Test
  void fileInPlaceOfTheDirectoryIsRefused(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertRefused(file, ErrorCode.DIRECTORY_VERSION, "is a file");
  }

  @Test
  void directoryBelowAFileIsRefusedInWords(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertRefused(
        file.resolve("store"), ErrorCode.IO_ERROR, file + " is there already, and is no folder");
  }

  @Test
  void corruptRegisterIsRefusedWithItsFile(@TempDir Path directory) throws IOException {
    Path store = directory.resolve("store");
    Ashlar.open(store).close();
    Path state;
    try (Stream<Path> files = Files.walk(store)) {
      state =
          files
              .filter(file -> file.getFileName().toString().startsWith("register-"))
              .findFirst()
              .orElseThrow();
    }
    byte[] content = Files.readAllBytes(state);
    content[content.length / 2] ^= 4;
    Files.write(state, content);
    assertRefused(store, ErrorCode.FILE_CORRUPT, "register-");
  }

  @Test
  void corruptLogIsRefusedWithItsFileAndLeftAsItWas(@TempDir Path directory) throws IOException {
    Path store = directory.resolve("store");
    byte[] key = "key".getBytes(StandardCharsets.UTF_8);
    try (Database database = Ashlar.open(store)) {
      for (int i = 0; i < 20; i++) {
        database.run(
            transaction -> {
              transaction.set(key, new byte[1000]);
              return null;
            });
      }
    }
    Path segment;
    try (Stream<Path> files = Files.walk(store.resolve("files/logs"))) {
      segment =
          files
              .filter(Files::isRegularFile)
              .max(Comparator.comparingLong(f -> f.toFile().length()))
              .orElseThrow();
    }
    byte[] content = Files.readAllBytes(segment);
    content[3_000] ^= 1;
    Files.write(segment, content);
    assertRefused(store, ErrorCode.FILE_CORRUPT, segment.getFileName().toString());
    assertThat(Files.readAllBytes(segment)).isEqualTo(content);
  }
}
