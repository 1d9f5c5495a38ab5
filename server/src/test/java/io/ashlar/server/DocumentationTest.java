package io.ashlar.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links between the texts lead somewhere, and the index has all of them. */
final class DocumentationTest {
  private static final Path ROOT = Path.of("..");
  private static final Path DOCS = ROOT.resolve("docs");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  @Test
  void everyLinkLeadsToAFileAndToAHeadingInIt() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path text : texts()) {
      Matcher link = LINK.matcher(Files.readString(text));
      while (link.find()) {
        if (!link.group(1).contains("://") && !leadsSomewhere(text, link.group(1))) {
          broken.add(text + ": " + link.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void theIndexHasEveryPage() throws IOException {
    String index = Files.readString(DOCS.resolve("README.md"));
    List<String> missing = new ArrayList<>();
    for (Path page : pages()) {
      String name = page.getFileName().toString();
      if (!name.equals("README.md") && !index.contains("](" + name + ")")) {
        missing.add(name);
      }
    }
    assertThat(missing).isEmpty();
  }

  private static boolean leadsSomewhere(Path text, String link) throws IOException {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = file.isEmpty() ? text : text.resolveSibling(file);
    if (!Files.exists(target)) {
      return false;
    }
    return hash < 0 || anchors(target).contains(link.substring(hash + 1));
  }

  /** What headings are called in links: small letters, hyphens for blanks, no other marks. */
  private static List<String> anchors(Path text) throws IOException {
    return Files.readAllLines(text).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-'))
        .toList();
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(DOCS)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  private static List<Path> texts() throws IOException {
    List<Path> texts = new ArrayList<>(pages());
    texts.add(ROOT.resolve("README.md"));
    texts.add(ROOT.resolve("HACKING.md"));
    return texts;
  }
}
