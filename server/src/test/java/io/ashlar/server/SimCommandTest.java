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
        "--seed x|ashlar: --seed is a whole number, not x; see ./ashlar sim --help",
        "--seed 99999999999999999999|--seed is a whole number, and 99999999999999999999 is too",
        "--minutes abc|--minutes is a number, not abc",
        "--bogus|there is no option --bogus",
        "--seed 1 --no-fault|there is no option --no-fault (perhaps --no-faults)",
        "--seed 1 extra|nobody knows what to do with extra",
        "--seed 1 --seed 2|--seed is there more than once",
        "--seed 1 --threads 1 --threads 2|--threads is there more than once",
        "--seed 1 --seeds 1..2|only one of --seed and --seeds can be there",
        "--seed|--seed needs a value, N",
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
        "--seed 3 --variation -1|--variation is at least 0",
        "--seed 3 --faults=-nothing|is not one of: kill",
        "--seed 3 --seconds 0|--seconds is 1 to 3600, not 0",
        "--seed 3 --fault-factor 101|--fault-factor is 1 to 100, not 101",
        "--seed 3 --clients 0|--clients is at least 1, not 0",
        "--seed 3 --steps -1|--steps is at least 0, not -1",
        "--seed 3 --threads 2|--threads goes with --seeds or --minutes",
        "--seed 3 --first 2|--first goes with --minutes",
        "--seed 3 --shuffle|--shuffle goes with --seeds",
        "--seed 3 --require-coverage|--require-coverage goes with --seeds",
        "--seed 3 --workloads none|--workloads none leaves nothing for clients to do",
        "--seed 3 --no-faults --faults kill|--no-faults goes without --faults",
        "--seed 3 --faults ,|a name is missing; there are: kill",
        "--seed 3 --faults kil|perhaps kill is meant",
        "--diff pom.xml pom.xml|--diff: pom.xml is no trace",
        "--seed 3 --diff pom.xml|--diff: pom.xml is no trace",
        "--seeds 1..2 --threads 0|--threads is 1 to 1000, not 0",
        "--seeds 5..1|seeds are A..B",
        "--seeds 1..1000001|at most 1000000 seeds",
        "--seeds -9223372036854775808..9223372036854775807|at most 1000000 seeds",
        "--minutes 0|--minutes is more than 0",
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

  @Test
  void theLastSeedsThereAreCanBeAskedFor() {
    assertThat(SeedRange.parse("9223372036854775806..9223372036854775807").seeds())
        .containsExactly(Long.MAX_VALUE - 1, Long.MAX_VALUE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--seeds 1..2 --report pom.xml|--report: cannot write to pom.xml",
        "--seeds 1..2 --report pom.xml/below|--report: cannot write to",
        "--seed 1 --timeline pom.xml/page|--timeline: cannot write to pom.xml/page",
        "--seed 1 --trace pom.xml/page|--trace: cannot write to pom.xml/page",
        "--seed 1 --digests none/file|--digests: cannot write to none/file",
      })
  void aPlaceThatCannotBeWrittenIsToldOfBeforeAnythingRuns(String arguments, String said) {
    assertThat(run(arguments)).isEqualTo(ExitCodes.FAILED);
    assertThat(err.toString().lines()).singleElement().asString().contains(said);
    assertThat(out.toString()).isEmpty();
  }
}
