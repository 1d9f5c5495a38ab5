package io.ashlar.embedded;

import io.ashlar.core.Uid;
import io.ashlar.runtime.FileLayer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;

/** Small files for people and programs, of which there is always the one before or the new one. */
final class DurableText {
  /** What the name of a file ends with that is not yet in its place. */
  static final String STAGED = ".new";

  private static final FileLayer MACHINE = FileLayer.ofTheMachine();

  private DurableText() {}

  /** Replaces {@code file} atomically. When it returns that outlives the machine's failure. */
  static void replace(Path file, String content) throws IOException {
    replace(file, content, STAGED);
  }

  /** The same for a file that other threads and processes may replace at the same time. */
  static void replaceAmongOthers(Path file, String content) throws IOException {
    replace(file, content, "." + Uid.draw(new SecureRandom()) + STAGED);
  }

  private static void replace(Path file, String content, String suffix) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path staged = absolute.resolveSibling(absolute.getFileName() + suffix);
    Files.writeString(staged, content, StandardCharsets.UTF_8);
    try (FileChannel written = FileChannel.open(staged, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    Files.move(
        staged, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    MACHINE.syncFolder(absolute.getParent());
  }
}
