package io.ashlar.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class ArgumentsTest {
  @Test
  void listenAddressesHaveHostAndPort() {
    assertThat(ListenAddress.parse("127.0.0.1:4500"))
        .isEqualTo(new ListenAddress("127.0.0.1", 4500));
    assertThat(ListenAddress.parse("[::1]:0")).isEqualTo(new ListenAddress("::1", 0));
    assertThat(ListenAddress.parse("[::1]:0")).hasToString("[::1]:0");
    for (String wrong :
        List.of("4500", ":4500", "host:", "host:x", "host:65536", "::1:4500", "h:-1")) {
      assertThatThrownBy(() -> ListenAddress.parse(wrong))
          .as(wrong)
          .isInstanceOf(CommandFailedException.class)
          .hasMessageContaining(wrong);
    }
  }

  @Test
  void onlyLoopbackAddressesAreLoopback() {
    assertThat(ListenAddress.parse("127.0.0.1:1").isLoopback()).isTrue();
    assertThat(ListenAddress.parse("[::1]:1").isLoopback()).isTrue();
    assertThat(ListenAddress.parse("0.0.0.0:1").isLoopback()).isFalse();
    assertThat(ListenAddress.parse("192.0.2.1:1").isLoopback()).isFalse();
  }

  @Test
  void seedsAreOneOrARange() {
    assertThat(SeedRange.parse("7")).isEqualTo(new SeedRange(7, 7));
    assertThat(SeedRange.parse("1..200").count()).isEqualTo(200);
    for (String wrong : List.of("", "a", "1..", "..2", "5..4", "1...3")) {
      assertThatThrownBy(() -> SeedRange.parse(wrong))
          .as(wrong)
          .isInstanceOf(CommandFailedException.class);
    }
  }

  /** A list of commands has the first line of each description. */
  @Test
  void theFirstLineOfEachDescriptionIsWholeSentences() {
    List<CommandLine> left = new ArrayList<>(List.of(new CommandLine(new Main())));
    for (int i = 0; i < left.size(); i++) {
      left.addAll(left.get(i).getSubcommands().values());
      String[] description = left.get(i).getCommandSpec().usageMessage().description();
      if (!left.get(i).getCommandSpec().usageMessage().hidden()) {
        assertThat(description).as(left.get(i).getCommandName()).isNotEmpty();
        assertThat(description[0]).as(left.get(i).getCommandName()).endsWith(".");
      }
    }
    assertThat(left).hasSizeGreaterThan(20);
  }

  @Test
  void wrongArgumentsEndWithTwoAndSayWhatIsWrong() {
    StringWriter err = new StringWriter();
    int code = run(err, "shell", "--nonsense");
    assertThat(code).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("--nonsense").doesNotContain("Exception");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "strat|there is no command strat (perhaps start); see ./ashlar --help",
        "--bogus|there is no option --bogus; see ./ashlar --help",
        "start --listen|--listen needs a value",
        "bench --keys many|--keys is a whole number, not many; see ./ashlar bench --help",
        "demo --json --json|--json is there more than once; see ./ashlar demo --help",
        "help nothing|nothing",
        "shell --memory --timeout -1|--timeout must be 0 to 1000000000 seconds, not -1",
        "shell --memory --timeout 9223372036854775807|--timeout must be 0 to 1000000000 seconds",
        "status --cluster a --dir b|only one of --cluster and --dir can be there",
      })
  void aCommandLineThatCannotBeReadIsToldOfInOneLine(String arguments, String said) {
    StringWriter err = new StringWriter();
    assertThat(run(err, arguments.split(" "))).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString().lines()).singleElement().asString().startsWith("ashlar: ");
    assertThat(err.toString()).contains(said);
  }

  @Test
  void theBenchmarkSaysWhichTargetsAndRecordsThereAre() {
    for (List<String> wrong :
        List.of(
            List.of("--target", "embeded"),
            List.of("--record", "large"),
            List.of("--keys", "0"),
            List.of("--seconds", "0"),
            List.of("--clients", "8,0"))) {
      StringWriter err = new StringWriter();
      int code = run(err, "bench", wrong.get(0), wrong.get(1));
      assertThat(code).as("%s", wrong).isEqualTo(ExitCodes.USAGE);
      assertThat(err.toString()).contains(wrong.get(0)).doesNotContain("Exception");
    }
    StringWriter err = new StringWriter();
    run(err, "bench", "--target", "embeded");
    assertThat(err.toString()).containsIgnoringCase("embedded").containsIgnoringCase("tcp");
  }

  @Test
  void versionNamesTheProgramAndItsJava() {
    StringWriter out = new StringWriter();
    int code =
        Main.execute(new PrintWriter(out, true), new PrintWriter(new StringWriter()), "--version");
    assertThat(code).isEqualTo(ExitCodes.OK);
    assertThat(out.toString()).startsWith("ashlar ").contains("Java");
  }

  private static int run(StringWriter err, String... arguments) {
    return Main.execute(new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments);
  }
}
