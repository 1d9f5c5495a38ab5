package io.ashlar.simulation.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
  record Inner(int batchBytesMax, long silenceNanos) {}

  record Outer(int tailPerMillion, long requestTimeoutMillis, boolean isRisky, Inner logServer) {}

  record Times(long latencyMin, int lossPerMillion) {}

  @Test
  void timesHaveTheUnitThatSuitsThem() {
    assertThat(Words.duration(0)).isEqualTo("0 ns");
    assertThat(Words.duration(999)).isEqualTo("999 ns");
    assertThat(Words.duration(241_000)).isEqualTo("241 µs");
    assertThat(Words.duration(17_820_000)).isEqualTo("17.8 ms");
    assertThat(Words.duration(20_000_000)).isEqualTo("20 ms");
    assertThat(Words.duration(1_750_000_000L)).isEqualTo("1.75 s");
    assertThat(Words.duration(60_000_000_000L)).isEqualTo("60 s");
    assertThat(Words.duration(300_000_000_000L)).isEqualTo("5 min");
    assertThat(Words.duration(7_500_000_000_000L)).isEqualTo("2 h 5 min");
    assertThat(Words.duration(-5_000)).isEqualTo("-5 µs");
    assertThat(Words.moment(3_204_187_123L)).isEqualTo("3.204 s");
  }

  @Test
  void sharesSizesCountsAndLists() {
    assertThat(Words.share(450_000)).isEqualTo("45 %");
    assertThat(Words.share(2_574)).isEqualTo("0.26 %");
    assertThat(Words.size(65_536)).isEqualTo("64 KiB");
    assertThat(Words.size(1_048_576)).isEqualTo("1 MiB");
    assertThat(Words.size(46_238)).isEqualTo("46,238 bytes");
    assertThat(Words.count(1, "client")).isEqualTo("1 client");
    assertThat(Words.count(3_000, "client")).isEqualTo("3,000 clients");
    assertThat(Words.list(List.of())).isEmpty();
    assertThat(Words.list(List.of("a"))).isEqualTo("a");
    assertThat(Words.list(List.of("a", "b", "c"))).isEqualTo("a, b and c");
  }

  @Test
  void whatANumberOfARecordIsComesFromItsName() {
    assertThat(Words.of(new Outer(5_000, 1_500, false, new Inner(1_024, Long.MAX_VALUE))))
        .isEqualTo(
            "tail 0.5 %, request timeout 1.5 s, not is risky,"
                + " log server (batch bytes max 1 KiB, silence no limit)");
    assertThat(Words.ofTimes(new Times(241_000, 10_000))).isEqualTo("latency min 241 µs, loss 1 %");
  }

  @Test
  void onlyWhatDiffersIsToldWithWhatIsUsual() {
    Outer normal = new Outer(5_000, 1_500, false, new Inner(1_024, 1_000));
    assertThat(Words.differences("", normal, normal)).isEmpty();
    assertThat(
            Words.differences(
                "clients: ", new Outer(5_000, 20, false, new Inner(99, 1_000)), normal))
        .containsExactly(
            "clients: request timeout 20 ms (usually 1.5 s)",
            "clients: log server: batch bytes max 99 bytes (usually 1 KiB)");
  }
}
