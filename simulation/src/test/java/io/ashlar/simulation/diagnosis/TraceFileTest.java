package io.ashlar.simulation.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFileTest {
  @TempDir private Path folder;

  private static List<String> read(Path file) throws IOException {
    List<String> found = new ArrayList<>();
    try (TraceFile.Lines lines = TraceFile.read(file)) {
      lines.forEachRemaining(found::add);
    }
    return found;
  }

  @Test
  void whatIsWrittenIsReadCompressedOrNot() throws IOException {
    List<String> written = new ArrayList<>();
    for (String name : List.of("sub/a.trace", "sub/a.trace.gz")) {
      written.clear();
      Path file = folder.resolve(name);
      try (TraceFile trace = new TraceFile(file)) {
        for (int i = 0; i < 5_000; i++) {
          written.add("event " + i + " µ");
          trace.accept("event " + i + " µ");
        }
        assertThat(trace.lines()).isEqualTo(5_000);
      }
      assertThat(read(file)).isEqualTo(written);
    }
    assertThat(Files.size(folder.resolve("sub/a.trace.gz")))
        .isLessThan(Files.size(folder.resolve("sub/a.trace")) / 3);
    assertThat(Files.readString(folder.resolve("sub/a.trace"), StandardCharsets.UTF_8))
        .startsWith("event 0 µ\nevent 1");
  }

  @Test
  void aFileThatWasCutShortIsToldWhenItIsClosed() throws IOException {
    Path whole = folder.resolve("whole.gz");
    try (TraceFile trace = new TraceFile(whole)) {
      for (int i = 0; i < 50_000; i++) {
        trace.accept("event " + i * 7_919L % 10_007);
      }
    }
    byte[] bytes = Files.readAllBytes(whole);
    Path half = folder.resolve("half.gz");
    Files.write(half, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    List<String> found = new ArrayList<>();
    TraceFile.Lines lines = TraceFile.read(half);
    lines.forEachRemaining(found::add);
    assertThat(found).hasSizeBetween(1_000, 49_000);
    org.assertj.core.api.Assertions.assertThatThrownBy(lines::close)
        .isInstanceOf(IOException.class);
  }
}
