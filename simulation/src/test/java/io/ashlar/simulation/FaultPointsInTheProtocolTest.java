package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a role may be made to do stands beside the rules by which it is legal. */
class FaultPointsInTheProtocolTest {
  private static final Pattern POINT = Pattern.compile("- `([a-z-]+\\.[a-z-]+)`: .+\\.");

  @Test
  void theProtocolHasALineForEachPointInTheSourcesAndForNoOther() throws IOException {
    List<String> described = new ArrayList<>();
    for (String line : Files.readAllLines(protocol(), StandardCharsets.UTF_8)) {
      Matcher point = POINT.matcher(line);
      if (point.matches()) {
        described.add(Coverage.POINT + point.group(1));
      }
    }
    assertThat(described)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(
            MarkedPaths.inSources().stream()
                .filter(name -> name.startsWith(Coverage.POINT))
                .toList());
  }

  private static Path protocol() {
    Path root = Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    return root.resolve("docs/protocol.md");
  }
}
