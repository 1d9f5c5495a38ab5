package io.ashlar.embedded.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Looks into the directory of a store. */
public final class StoreFolders {
  private StoreFolders() {}

  /** Length and checksum of each file that holds data. */
  public static Map<String, String> contents(Path store) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(store)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = store.relativize(file).toString();
        if (!isOfRocksItself(file.getFileName().toString())
            && !isOfTheElection(file.getFileName().toString())) {
          byte[] content = withoutReserve(Files.readAllBytes(file));
          CRC32C crc = new CRC32C();
          crc.update(content);
          contents.put(name, content.length + "/" + HexFormat.of().toHexDigits(crc.getValue()));
        }
      }
    }
    return contents;
  }

  /** What a segment has reserved is given back when it is opened again. */
  private static byte[] withoutReserve(byte[] content) {
    int end = content.length;
    while (end > 0 && content[end - 1] == 0) {
      end--;
    }
    return Arrays.copyOf(content, end);
  }

  /** What each election writes anew. */
  private static boolean isOfTheElection(String name) {
    return name.startsWith("register-") || name.equals("term");
  }

  /** What RocksDB writes anew at each opening. */
  private static boolean isOfRocksItself(String name) {
    return name.startsWith("LOG")
        || name.startsWith("OPTIONS")
        || name.startsWith("MANIFEST")
        || name.endsWith(".log")
        || name.equals("CURRENT")
        || name.equals("IDENTITY");
  }

  /** The only folder below {@code folder} that has files. */
  public static Path only(Path folder) throws IOException {
    List<Path> full = full(folder);
    if (full.size() != 1) {
      throw new AssertionError("expected one in " + folder + ", not " + full);
    }
    return full.get(0);
  }

  /** The folders below {@code folder} that have files. */
  public static List<Path> full(Path folder) throws IOException {
    try (Stream<Path> below = Files.list(folder)) {
      return below.filter(StoreFolders::hasFiles).toList();
    }
  }

  private static boolean hasFiles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isPresent();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The engine's tables. */
  public static List<Path> tables(Path store) throws IOException {
    try (Stream<Path> files = Files.walk(store.resolve("engines"))) {
      return files.filter(file -> file.toString().endsWith(".sst")).sorted().toList();
    }
  }

  /** The largest of them. */
  public static Path table(Path store) throws IOException {
    return tables(store).stream()
        .max(Comparator.comparingLong(file -> file.toFile().length()))
        .orElseThrow();
  }

  /** Deletes a file or a folder with all that is in it, if it is there. */
  public static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> below = Files.walk(path)) {
      for (Path each : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
