package io.ashlar.server.sim;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that have their old content or their new one, even when the process is killed. */
public final class WholeFile {
  private WholeFile() {}

  /** Writes a file, or puts {@code text} in the place of all that it has. */
  public static void write(Path file, String text) throws IOException {
    // What a link leads to is replaced, and not the link.
    Path place = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path folder = place.getParent();
    if (folder == null
        || !Files.isWritable(folder)
        || (Files.exists(place) && !Files.isRegularFile(place))) {
      // Nothing can be put beside it, or it is a device.
      Files.writeString(place, text, StandardCharsets.UTF_8);
      return;
    }
    Path fresh = folder.resolve(place.getFileName() + ".new");
    Files.writeString(fresh, text, StandardCharsets.UTF_8);
    Files.move(fresh, place, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Whether a file can be written at that place, so that nobody waits for results that cannot be
   * kept.
   *
   * @param makesFolders whether folders above it that are not there will be made
   */
  public static boolean canBeWritten(Path file, boolean makesFolders) {
    if (Files.exists(file)) {
      return !Files.isDirectory(file) && Files.isWritable(file);
    }
    Path folder = file.toAbsolutePath().getParent();
    while (makesFolders && folder != null && !Files.exists(folder)) {
      folder = folder.getParent();
    }
    return folder != null && Files.isDirectory(folder) && Files.isWritable(folder);
  }
}
