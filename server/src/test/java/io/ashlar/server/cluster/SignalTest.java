package io.ashlar.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever has sent a signal finds that it has had its effect. */
@Timeout(60)
class SignalTest {
  private static final int ROUNDS = 100;

  private Process process;

  /** Something that is hardly ever found waiting. */
  @BeforeEach
  void start() throws IOException {
    process = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  @Test
  void aProcessIsStoppedWhenItWasToldToAndGoesOnWhenItWasToldTo() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Signal.STOP.send(process.pid());
      assertThat(Signal.isStopped(process.pid())).as("stopped in round %s", round).isTrue();
      Signal.CONT.send(process.pid());
      assertThat(Signal.isStopped(process.pid())).as("stopped in round %s", round).isFalse();
    }
  }
}
