package io.ashlar.server;

import io.ashlar.server.sim.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Digests of simulated runs, one line for each seed: its number and the digest. */
final class DigestFile {
  private DigestFile() {}

  /** So that nobody waits for runs whose digests cannot be kept. */
  static void checkThatItCanBeWritten(Path file) {
    if (!WholeFile.canBeWritten(file, false)) {
      throw new CommandFailedException(
          "--digests: cannot write to " + file + "; name a file in a folder that is there",
          ExitCodes.FAILED);
    }
  }

  /** What is there; nothing when there is no file. */
  static Map<Long, String> read(Path file) throws IOException {
    Map<Long, String> digests = new TreeMap<>();
    if (!Files.exists(file)) {
      return digests;
    }
    for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
      String[] words = line.split(" ");
      try {
        if (words.length != 2) {
          throw new NumberFormatException("not two words");
        }
        digests.put(Long.parseLong(words[0]), words[1]);
      } catch (NumberFormatException wrong) {
        throw new CommandFailedException(
            file + " is no file of digests: it has the line " + line, ExitCodes.USAGE);
      }
    }
    return digests;
  }

  /** In the place of what is there; never half of it, whenever the process ends. */
  static void write(Path file, Map<Long, String> digests) throws IOException {
    StringBuilder lines = new StringBuilder();
    digests.forEach((seed, digest) -> lines.append(seed).append(' ').append(digest).append('\n'));
    WholeFile.write(file, lines.toString());
  }
}
