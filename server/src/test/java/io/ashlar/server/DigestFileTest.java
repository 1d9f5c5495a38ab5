package io.ashlar.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestFileTest {
  @TempDir Path folder;

  @Test
  void whatWasWrittenIsReadAgain() throws IOException {
    Path file = folder.resolve("digests");
    assertThat(DigestFile.read(file)).isEmpty();
    DigestFile.write(file, Map.of(7L, "0123abcd"));
    assertThat(DigestFile.read(file)).containsExactly(Map.entry(7L, "0123abcd"));
  }

  @Test
  void whatWasThereIsReplacedAsAWholeAndALinkIsKept() throws IOException {
    Path file = folder.resolve("digests");
    DigestFile.write(file, Map.of(7L, "0123abcd"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    DigestFile.write(link, Map.of(8L, "4567cdef"));
    assertThat(link).isSymbolicLink();
    assertThat(DigestFile.read(file)).containsExactly(Map.entry(8L, "4567cdef"));
    assertThat(folder.resolve("digests.new")).doesNotExist();
  }

  @Test
  void anotherFileIsRefused() throws IOException {
    Path file = folder.resolve("notes");
    Files.writeString(file, "seven 0123abcd\n");
    assertThatThrownBy(() -> DigestFile.read(file))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("seven 0123abcd");
  }
}
