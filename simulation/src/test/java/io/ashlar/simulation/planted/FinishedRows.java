package io.ashlar.simulation.planted;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Rows of the table that are finished, one file each, so that a command that was stopped goes on
 * where it was. A row counts for the same program, the same bug and the same properties alone.
 */
final class FinishedRows {
  private final Path folder;
  private final String properties;
  private final byte[] program;

  /**
   * @param properties which seeds are tried, and whatever else decides about a row
   */
  FinishedRows(Path folder, String properties) {
    this.folder = folder;
    this.properties = properties;
    program = programFingerprint();
  }

  /** The row of a bug, or null. Tests are no part of what is compared, so theirs never counts. */
  TableRow find(PlantedBug bug, RunAs runAs) throws IOException {
    Path file = file(bug);
    if (!Files.exists(file) || bug.catcher() == Catcher.OWN_TESTS) {
      return null;
    }
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    boolean isSame = lines.size() == 2 && lines.get(0).equals(fingerprint(bug, runAs));
    return isSame ? TableRow.decode(lines.get(1)) : null;
  }

  void add(PlantedBug bug, RunAs runAs, TableRow row) throws IOException {
    Files.createDirectories(folder);
    Files.write(file(bug), List.of(fingerprint(bug, runAs), row.encode()), StandardCharsets.UTF_8);
  }

  private Path file(PlantedBug bug) {
    return folder.resolve(bug.name().replaceAll("[^a-zA-Z0-9]+", "-") + ".row");
  }

  private String fingerprint(PlantedBug bug, RunAs runAs) {
    MessageDigest digest = sha256();
    digest.update(program);
    digest.update((bug.toText() + properties + runAs).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of all classes that are built from this tree, tests left out. */
  private static byte[] programFingerprint() {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    MessageDigest digest = sha256();
    for (String entry : classPath.split(File.pathSeparator)) {
      Path path = Path.of(entry);
      boolean isBuiltHere =
          Files.isDirectory(path)
              ? !path.getFileName().toString().contains("test")
              : Files.exists(path) && path.getFileName().toString().startsWith("ashlar");
      if (isBuiltHere) {
        addFiles(path, digest);
      }
    }
    return digest.digest();
  }

  private static void addFiles(Path root, MessageDigest digest) {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        digest.update(root.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
        digest.update(Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
