package io.ashlar.embedded.kill;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * What makes the start of many processes cheap: a short class path of jars alone, as a class data
 * archive needs it, and RocksDB's library unpacked once instead of by every process.
 */
final class ChildClassPath {
  private static final List<String> TEST_LIBRARIES =
      List.of("junit", "jqwik", "assertj", "opentest4j", "apiguardian", "byte-buddy", "surefire");

  private static final String ROCKS_LIBRARY = "librocksdbjni-linux64.so";

  private ChildClassPath() {}

  /** The class path of this JVM without the test libraries, its folders as jars in {@code to}. */
  static String of(Path to) throws IOException {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      String name = String.valueOf(path.getFileName());
      if (!Files.exists(path) || TEST_LIBRARIES.stream().anyMatch(name::contains)) {
        continue;
      }
      entries.add(Files.isDirectory(path) ? jar(path, to.resolve(entries.size() + ".jar")) : entry);
    }
    return String.join(File.pathSeparator, entries);
  }

  private static String jar(Path folder, Path jar) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      for (Path file : files) {
        entries.putNextEntry(
            new JarEntry(folder.relativize(file).toString().replace(File.separatorChar, '/')));
        Files.copy(file, entries);
        entries.closeEntry();
      }
    }
    return jar.toString();
  }

  /**
   * Unpacks RocksDB's library into {@code to}; elsewhere than on Linux x86-64 each process does.
   */
  static void unpackRocks(Path to) throws IOException {
    try (InputStream library =
        ChildClassPath.class.getClassLoader().getResourceAsStream(ROCKS_LIBRARY)) {
      if (library != null && System.getProperty("os.arch").equals("amd64")) {
        Files.copy(library, to.resolve(ROCKS_LIBRARY));
      }
    }
  }
}
