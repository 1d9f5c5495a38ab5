package io.ashlar.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class ClosedLoopTest {
  @Test
  void operationsThatAreCompleteAtOnceDoNotDeepenTheStack() throws Exception {
    ClosedLoop.Measurement m =
        ClosedLoop.run("x", 2, 0, 0.1, 1, random -> CompletableFuture.completedFuture(null));
    assertThat(m.operations()).isPositive();
    assertThat(m.failures()).isEmpty();
  }

  @Test
  void failuresAreCountedByName() throws Exception {
    ClosedLoop.Measurement m =
        ClosedLoop.run(
            "x",
            1,
            0,
            0.05,
            1,
            random -> CompletableFuture.failedFuture(new AshlarException(ErrorCode.NOT_COMMITTED)));
    assertThat(m.operations()).isZero();
    assertThat(m.failures()).containsOnlyKeys("not_committed");
  }

  @Test
  void aRunInWhichNothingEndedOrSomethingFailedIsNotSound() {
    assertThat(isSound(5, Map.of())).isTrue();
    assertThat(isSound(0, Map.of())).isFalse();
    assertThat(isSound(5, Map.of("io_error", 1L))).isFalse();
  }

  @Test
  void noTwoKeysAreEqualAndAllHaveTheirSize() {
    Set<String> seen = new HashSet<>();
    for (long number = 0; number < 10_000; number++) {
      byte[] key = RecordShape.DEFAULT.key(number);
      assertThat(key).hasSize(100);
      assertThat(seen.add(new String(key, java.nio.charset.StandardCharsets.US_ASCII))).isTrue();
      assertThat(RecordShape.SMALL.key(number)).hasSize(16);
    }
  }

  private static boolean isSound(long operations, Map<String, Long> failures) {
    BenchReport report = new BenchReport(new PrintWriter(new StringWriter()), false);
    report.measured(
        Target.EMBEDDED,
        RecordShape.SMALL,
        new ClosedLoop.Measurement("x", 1, 1, operations, 1, 1, 1, 1, failures),
        1,
        new Synced(0, 0));
    return report.isSound();
  }
}
