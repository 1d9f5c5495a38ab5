package io.ashlar.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Command lines of {@code ashlar sim} that are wrong: nothing is run, and one line says why. */
final class SimCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String arguments) {
    return Main.execute(
        new PrintWriter(out, true), new PrintWriter(err, true), ("sim " + arguments).split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--trace|say what to run: --seed N",
        "--seed 3 --trace --diff|--diff goes with none of --trace, --timeline and --shrink",
        "--seed 3 --shrink --timeline x|--shrink goes with neither",
        "--seed 3 --shrink --shrink-seconds 0|must be at least 1",
        "--seeds 1..2 --shrink|for one run",
        "--seeds 1..2 --trace|for one run",
        "--minutes 1 --diff|for one run",
        "--diff none1 none2|no such file: none1",
        "--seed 3 --diff none|no such file: none",
        "--seed 3 --fault-events kill|kill:2",
        "--seed 3 --fault-events nothing:1|is not one of: kill",
        "--seed 3 --variation -1|variation must be at least 0",
        "--seed 3 --faults=-nothing|is not one of: kill",
        "--seed 3 --seconds 0|busySeconds must be 1",
      })
  void aWrongCommandLineIsRefusedInOneLine(String arguments, String said) {
    assertThat(run(arguments)).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString().lines()).singleElement().asString().contains(said);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aCommandLineWithNothingToRunIsRefused() {
    assertThat(Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), "sim"))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("say what to run: --seed N, --seeds A..B or --minutes M");
  }
}
