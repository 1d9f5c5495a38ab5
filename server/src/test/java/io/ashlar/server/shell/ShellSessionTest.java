package io.ashlar.server.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.server.ExitCodes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Sessions on one store in memory; every test uses keys of its own. */
final class ShellSessionTest {
  @AutoClose private static final Database database = Ashlar.inMemory();

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @AutoClose private final ShellSession session = new ShellSession(database, "memory", 30_000);

  @Test
  void setsAndGetsAsTheReadmeSays() {
    assertThat(run("writemode on; set hello world; get hello")).isTrue();
    assertThat(lines(out)).last().isEqualTo("`hello' is `world'");
    assertThat(lines(out)).anyMatch(line -> line.matches("Committed \\([0-9]+\\)"));
    assertThat(err.toString()).isEmpty();
  }

  /** Nobody sees that a command failed before the rest of its transaction is committed. */
  @Test
  void aFileCommitsNoTransactionOfWhichACommandFailed() throws IOException {
    String file =
        """
        writemode on
        begin
        set halves 1
        set halves
        commit
        get halves
        begin
        set whole 1
        commit
        get whole
        """;
    StringWriter answers = new StringWriter();
    int code =
        new InteractiveShell(session, "memory", false)
            .runUnattended(new BufferedReader(new StringReader(file)), new PrintWriter(answers));
    assertThat(code).isEqualTo(ExitCodes.FAILED);
    assertThat(answers.toString())
        .contains("nothing of the transaction is committed")
        .contains("`halves': not found")
        .contains("`whole' is `1'");
  }

  @Test
  void aTransactionThatIsLeftOpenIsTold() throws IOException {
    for (String end : List.of("", "; exit")) {
      assertThat(run("writemode on; begin; set left 1" + end)).as(end).isFalse();
      assertThat(err.toString()).contains("nothing of it was applied");
      err.getBuffer().setLength(0);
      run("rollback");
    }
    for (String end : List.of("", "exit")) {
      StringWriter answers = new StringWriter();
      String file = "begin\nset left 1\n" + end;
      int code =
          new InteractiveShell(session, "memory", false)
              .runUnattended(new BufferedReader(new StringReader(file)), new PrintWriter(answers));
      assertThat(code).isEqualTo(ExitCodes.FAILED);
      assertThat(answers.toString()).contains("nothing of it was applied");
      run("rollback");
    }
    assertThat(read("left")).isNull();
  }

  @Test
  void writesAreRefusedUntilWriteModeIsOn() {
    for (String write : List.of("set refused x", "clear refused", "clearrange refused refuser")) {
      assertThat(run(write)).isFalse();
    }
    assertThat(lines(err)).hasSize(3).allMatch(line -> line.contains("writemode"));
    assertThat(run("get refused")).isTrue();
    assertThat(lines(out)).containsExactly("`refused': not found");
    assertThat(run("writemode on; writemode off; set refused x")).isFalse();
  }

  @Test
  void stopsAtTheFirstCommandThatFails() {
    assertThat(run("writemode on; nonsense; set stopped x")).isFalse();
    assertThat(run("get stopped")).isTrue();
    assertThat(out.toString()).contains("not found");
  }

  @Test
  void clearsKeysAndRanges() {
    run("writemode on; set range/a 1; set range/b 2; set range/c 3; set range/d 4");
    run("clear range/a; clearrange range/b range/d");
    out.getBuffer().setLength(0);
    run("getrange range/");
    assertThat(lines(out)).containsExactly("Range limited to 25 keys", "`range/d' is `4'");
  }

  @Test
  void rangesHaveEndsAndLimits() {
    run("writemode on; set r2/a 1; set r2/b 2; set r2/c 3");
    out.getBuffer().setLength(0);
    run("getrange r2/a r2/c; getrangekeys r2/ r2/z 2");
    assertThat(lines(out))
        .containsExactly(
            "Range limited to 25 keys",
            "`r2/a' is `1'",
            "`r2/b' is `2'",
            "Range limited to 2 keys",
            "`r2/a'",
            "`r2/b'");
    assertThat(run("getrange r2/ r2/z many")).isFalse();
    assertThat(run("getrange r2/ r2/z 0")).isFalse();
  }

  @Test
  void bytesAreTypedAndPrintedAlike() {
    run("writemode on; set \\x00\\xfe\\\\ \"a b;c\"; get \\x00\\xfe\\\\");
    assertThat(lines(out)).last().isEqualTo("`\\x00\\xfe\\x5c' is `a b;c'");
  }

  @Test
  void aTransactionSeesItselfAndOthersSeeItWhenItIsCommitted() {
    run("writemode on; begin; set tx/a 1; get tx/a");
    assertThat(lines(out)).last().isEqualTo("`tx/a' is `1'");
    assertThat(read("tx/a")).isNull();
    assertThat(run("commit")).isTrue();
    assertThat(read("tx/a")).isEqualTo("1");
  }

  @Test
  void rollbackAndResetForget() {
    run("writemode on; begin; set tx/b 1; rollback");
    assertThat(read("tx/b")).isNull();
    run("begin; set tx/c 1; reset; set tx/d 1; commit");
    assertThat(read("tx/c")).isNull();
    assertThat(read("tx/d")).isEqualTo("1");
  }

  @Test
  void transactionCommandsOutOfPlaceFail() {
    for (String line : List.of("commit", "rollback", "reset", "begin; begin")) {
      assertThat(run(line)).as(line).isFalse();
    }
  }

  @Test
  void aConflictIsNamedWithItsNumberAndEndsTheTransaction() {
    run("writemode on; begin; get conflict; set conflict mine");
    database.run(
        tx -> {
          tx.set(bytes("conflict"), bytes("theirs"));
          return null;
        });
    assertThat(run("commit")).isFalse();
    assertThat(err.toString()).contains("not_committed (1020)");
    assertThat(session.inTransaction()).isFalse();
    assertThat(read("conflict")).isEqualTo("theirs");
  }

  @Test
  void limitsAreNamedWithTheirNumbers() {
    assertThat(run("writemode on; set " + "k".repeat(10_001) + " v")).isFalse();
    assertThat(err.toString()).contains("key_too_large (2102)");
    assertThat(run("set \\xff/x v")).isFalse();
    assertThat(err.toString()).contains("key_outside_legal_range (2004)");
    assertThat(run("getrange b a")).isFalse();
    assertThat(err.toString()).contains("inverted_range (2005)");
  }

  @Test
  void aTransactionThatIsLeftOpenIsAFailure() {
    assertThat(run("writemode on; begin; set left x")).isFalse();
    assertThat(err.toString()).contains("not committed");
  }

  @Test
  void jsonHasOneObjectForEachCommand() {
    runJson(
        "writemode on; set j/a \"x\\\"y\"; get j/a; get j/b; getrange j/; getrangekeys j/; nope");
    assertThat(lines(out))
        .element(2)
        .isEqualTo(
            "{\"command\":\"get\",\"ok\":true,\"key\":\"j/a\",\"found\":true,\"value\":\"x\\\"y\"}");
    assertThat(lines(out))
        .contains(
            "{\"command\":\"get\",\"ok\":true,\"key\":\"j/b\",\"found\":false}",
            "{\"command\":\"getrange\",\"ok\":true,\"rows\":[{\"key\":\"j/a\",\"value\":\"x\\\"y\"}],\"limit\":25}",
            "{\"command\":\"getrangekeys\",\"ok\":true,\"keys\":[\"j/a\"],\"limit\":25}");
    assertThat(lines(out)).last().asString().startsWith("{\"command\":\"nope\",\"ok\":false,");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void jsonErrorsHaveNumberAndName() {
    runJson("get " + "k".repeat(10_001));
    assertThat(out.toString()).contains("\"number\":2102").contains("\"name\":\"key_too_large\"");
  }

  @Test
  void versionsGrowAndStatusAnswers() {
    run("getversion; getversion; status");
    List<String> lines = lines(out);
    assertThat(Long.parseLong(lines.get(1))).isGreaterThanOrEqualTo(Long.parseLong(lines.get(0)));
    assertThat(lines).anyMatch(line -> line.matches("Available +yes"));
  }

  @Test
  void helpKnowsEveryCommandAndExitStops() {
    for (Verb verb : Verb.values()) {
      assertThat(run("help " + verb.word())).isTrue();
      assertThat(out.toString()).contains(verb.usage());
    }
    assertThat(run("help nonsense")).isFalse();
    assertThat(run("exit; nonsense")).isTrue();
    assertThat(run("quit; nonsense")).isTrue();
  }

  @Test
  void wrongNumbersOfWordsShowTheUsage() {
    assertThat(run("get")).isFalse();
    assertThat(run("writemode maybe")).isFalse();
    assertThat(run("set a b c")).isFalse();
    assertThat(lines(err)).allMatch(line -> line.startsWith("ERROR: usage: "));
  }

  private boolean run(String line) {
    return ShellCommand.run(
        session, line, false, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private void runJson(String line) {
    ShellCommand.run(session, line, true, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private static List<String> lines(StringWriter text) {
    return text.toString().lines().toList();
  }

  private static String read(String key) {
    byte[] value = database.read(tx -> tx.getBlocking(bytes(key)));
    return value == null ? null : new String(value, java.nio.charset.StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
