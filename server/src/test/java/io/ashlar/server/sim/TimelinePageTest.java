package io.ashlar.server.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ashlar.simulation.SimOptions;
import io.ashlar.simulation.SimRunner;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page with the course of a run, as a browser would read it. */
class TimelinePageTest {
  private static final String BEGIN = "<script type=\"application/json\" id=\"data\">";
  private static final int PAGE_BYTES_MAX = 1_000_000;

  @TempDir private Path folder;

  private String page(long seed, SimOptions options) throws Exception {
    PrintStream printed =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Path file = folder.resolve("page.html");
    new SimRunner(printed, printed, new TreeMap<>()).lookAtSeed(seed, options, null, file, "this");
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static Map<String, Object> data(String page) throws Exception {
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    return JSON.std.mapFrom(page.substring(begin, page.indexOf("</script>", begin)));
  }

  private static List<?> list(Map<?, ?> data, String name) {
    return (List<?>) data.get(name);
  }

  @Test
  void theDataOfAPageHasEachProcessAndTheWholeRun() throws Exception {
    String page = page(1, SimOptions.defaults().withBusySeconds(4));
    assertThat(page).doesNotContain("src=").doesNotContain("<link").doesNotContain("@import");
    Map<String, Object> data = data(page);
    assertThat(data).containsEntry("verdict", "passed").containsEntry("title", "Seed 1");
    List<String> processes =
        list(data, "lanes").stream()
            .map(lane -> ((Map<?, ?>) lane).get("process").toString())
            .toList();
    assertThat(processes).contains("10.0.0.1:4500", "10.0.0.2:4500", "10.0.1.1:0", "10.0.1.3:0");
    assertThat(list(data, "phases")).hasSize(5);
    assertThat(list(data, "epochs")).isNotEmpty();
    assertThat(list(data, "recoveries")).isNotEmpty();
    assertThat(list(data, "plan")).hasSizeGreaterThan(8);
    long committed =
        list(data, "committed").stream().mapToLong(count -> ((Number) count).longValue()).sum();
    assertThat(committed).isPositive();
    assertThat(((Map<?, ?>) data.get("facts")).get("transactions committed"))
        .isEqualTo(String.valueOf(committed));
    assertThat(list(data, "lastEvents")).as("nothing went wrong").isEmpty();
  }

  @Test
  void aPageStaysSmallHoweverMuchHappened() throws Exception {
    String page = page(9, SimOptions.defaults().withFaultFactor(100).withCommitsMin(0));
    assertThat(page.length()).isLessThan(PAGE_BYTES_MAX);
    Map<String, Object> data = data(page);
    assertThat(list(data, "moments")).hasSize(600);
    assertThat((Integer) data.get("momentsLeftOut")).isGreaterThan(100);
    assertThat(list(data, "committed").size()).isLessThanOrEqualTo(400);
  }
}
