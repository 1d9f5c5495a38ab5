package io.ashlar.server.sim;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Which program this is, by the classes it was built from: runs of two programs with the same seed
 * are two different runs.
 */
final class ProgramFingerprint {
  private static final int HEX_DIGITS = 12;
  private static final String CLASS = ".class";

  private ProgramFingerprint() {}

  /**
   * @param oneOfEach a class of each module
   * @return 12 hexadecimal digits, the same for the same classes wherever and however they are kept
   */
  static String of(List<Class<?>> oneOfEach) throws IOException {
    Map<String, Long> checksums = new TreeMap<>();
    for (Class<?> type : oneOfEach) {
      Path place = place(type);
      if (Files.isDirectory(place)) {
        addFolder(place, checksums);
      } else {
        addJar(place, checksums);
      }
    }
    StringBuilder all = new StringBuilder();
    checksums.forEach((name, crc) -> all.append(name).append(' ').append(crc).append('\n'));
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(all.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, HEX_DIGITS);
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  private static Path place(Class<?> type) throws IOException {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL location = source == null ? null : source.getLocation();
    if (location == null) {
      throw new IOException("nobody knows where " + type + " was loaded from");
    }
    try {
      return Path.of(location.toURI());
    } catch (URISyntaxException e) {
      throw new IOException("not a place: " + location, e);
    }
  }

  private static void addFolder(Path folder, Map<String, Long> checksums) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> found = Files.walk(folder)) {
      found.filter(file -> file.toString().endsWith(CLASS)).forEach(files::add);
    }
    for (Path file : files) {
      CRC32 crc = new CRC32();
      crc.update(Files.readAllBytes(file));
      checksums.put(folder.relativize(file).toString().replace('\\', '/'), crc.getValue());
    }
  }

  private static void addJar(Path jar, Map<String, Long> checksums) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> entries = zip.stream().toList();
      for (ZipEntry entry : entries) {
        if (!entry.getName().endsWith(CLASS)) {
          continue;
        }
        CRC32 crc = new CRC32();
        try (InputStream content = zip.getInputStream(entry)) {
          crc.update(content.readAllBytes());
        }
        checksums.put(entry.getName(), crc.getValue());
      }
    }
  }
}
