package io.ashlar.server.cluster;

import io.ashlar.server.MarkdownBlock;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what {@code docs/operations.md} tells operators to do, with real processes. */
final class OperationsIT {
  @TempDir private Path home;

  @Test
  void everyCommandOfTheTextDoesWhatItSaysWhileClientsWrite() throws Exception {
    try (OperatedPlace place = new OperatedPlace(home)) {
      for (MarkdownBlock block : Runbook.blocks()) {
        if (Runbook.file(block) != null) {
          place.write(Runbook.file(block), block.code());
          continue;
        }
        for (String address : Runbook.ended(block)) {
          place.end(address);
        }
        List<String> lines = block.code();
        for (int i = 0; i < lines.size(); i++) {
          boolean isLast = i == lines.size() - 1;
          place.run(
              Runbook.words(lines.get(i)),
              isLast ? Runbook.exitCode(block) : 0,
              isLast ? Runbook.printed(block) : "");
        }
        place.awaitReady();
      }
      place.checkLoads();
    }
  }
}
