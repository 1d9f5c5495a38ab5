package io.ashlar.server.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.CausalSession;
import io.ashlar.client.Database;
import io.ashlar.client.SessionToken;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Reads at each level of consistency, as they are typed; every test uses keys of its own. */
final class ShellConsistencyTest {
  private static final Pattern AGE =
      Pattern.compile("As of \\S+Z, version ([0-9]+): at least [0-9]+ ms and [0-9,]+ versions old");

  @AutoClose private static final Database database = Ashlar.inMemory();

  @AutoClose private final TypedShell typed = new TypedShell(database);

  @Test
  void isStrongUntilAnotherIsChosen() {
    assertThat(typed.said("consistency")).containsExactly("Consistency  strong");
    assertThat(typed.said("consistency eventual; consistency"))
        .containsExactly("Consistency  eventual", "Consistency  eventual");
    assertThat(typed.said("status")).contains("Consistency      eventual");
    assertThat(typed.said("consistency strong")).containsExactly("Consistency  strong");
    assertThat(typed.refused("consistency weak"))
        .contains("`weak' is no consistency: strong, session and eventual are");
    assertThat(typed.refused("consistency strong x")).contains("a token is for");
    assertThat(typed.saidJson("consistency"))
        .containsExactly("{\"command\":\"consistency\",\"ok\":true,\"consistency\":\"strong\"}");
  }

  /** Whatever a replica has: the value or not yet, and in the end the value. */
  @Test
  void eventualReadsSayHowOldTheyAre() {
    typed.said("writemode on; set age/a 1; kv use age; kv put k v");
    assertThat(typed.saidInTheEnd("get age/a", "`age/a' is `1'")).last().asString().matches(AGE);
    assertThat(typed.saidInTheEnd("kv get k", "`k' is `v'")).last().asString().matches(AGE);
    typed.said("consistency eventual");
    for (String command :
        List.of("getrange age/", "getrangekeys age/", "kv scan", "kv ttl k", "getversion")) {
      assertThat(typed.said(command)).as(command).last().asString().matches(AGE);
    }
    assertThat(typed.saidJson("get age/a"))
        .singleElement()
        .asString()
        .contains("\"staleness\":{\"version\":")
        .contains("\"storeTimeMillis\":", "\"versionsBehind\":", "\"millisBehind\":");
    assertThat(typed.said("consistency strong; get age/a")).last().isEqualTo("`age/a' is `1'");
  }

  /** What an eventual read shows as of a version is what a strong one at that version showed. */
  @Test
  void whatIsReadEventuallyIsTheStateAtTheVersionThatIsSaid() {
    typed.said("writemode on");
    long[] committed = new long[20];
    for (int i = 0; i < committed.length; i++) {
      String answer = typed.said("consistency session; set state/a " + i).get(2);
      committed[i] = Long.parseLong(answer.replaceAll("[^0-9]", ""));
      List<String> lines = typed.said("consistency eventual; get state/a");
      Matcher age = AGE.matcher(lines.get(2));
      assertThat(age.matches()).as("%s", lines).isTrue();
      long version = Long.parseLong(age.group(1));
      String expected = "`state/a': not found";
      for (int j = 0; j <= i; j++) {
        expected = committed[j] <= version ? "`state/a' is `" + j + "'" : expected;
      }
      assertThat(lines.get(1)).isEqualTo(expected);
    }
  }

  @Test
  void nothingIsWrittenEventually() {
    typed.said("writemode on; consistency eventual");
    for (String write : List.of("set a b", "clear a", "kv put a b", "kv sweep")) {
      assertThat(typed.refused(write))
          .contains("a write does not go with eventual consistency")
          .contains("`consistency strong' or `consistency session' first");
    }
    assertThat(typed.refused("begin")).contains("`begin' does not go with eventual consistency");
    assertThat(typed.said("consistency session; set eventual/a b"))
        .last()
        .asString()
        .startsWith("Committed (");
  }

  @Test
  void aTransactionKeepsTheLevelThatItWasBegunAt() {
    typed.said("writemode on; consistency session; begin; set kept/a 1");
    assertThat(typed.refused("consistency eventual"))
        .contains("the transaction that is open is session: `commit' or `rollback' first");
    assertThat(typed.said("consistency; get kept/a; commit; consistency eventual"))
        .startsWith("Consistency  session")
        .contains("`kept/a' is `1'")
        .endsWith("Consistency  eventual");
  }

  @Test
  void aSessionSeesItsWritesAndHandsThemOnWithItsToken() {
    typed.said("writemode on; consistency session");
    for (int i = 0; i < 50; i++) {
      assertThat(typed.said("set session/a " + i + "; get session/a"))
          .last()
          .isEqualTo("`session/a' is `" + i + "'");
    }
    String token = typed.said("consistency").get(1).replace("Token        ", "");
    CausalSession elsewhere = database.session(SessionToken.parse(token));
    byte[] seen =
        elsewhere.read(reads -> reads.getBlocking("session/a".getBytes(StandardCharsets.US_ASCII)));
    assertThat(seen).asString(StandardCharsets.US_ASCII).isEqualTo("49");
    assertThat(typed.said("consistency strong; consistency session " + token))
        .last()
        .asString()
        .startsWith("Token        ");
    assertThat(typed.said("get session/a")).containsExactly("`session/a' is `49'");
  }

  @Test
  void whatIsNoTokenIsRefusedInWords() {
    for (String wrong : List.of("no!token", "AAAA", "A", "\"\"")) {
      assertThat(typed.refused("consistency session " + wrong))
          .contains("session_token_invalid (7011): the session token: ")
          .doesNotContain("Illegal", "unit");
    }
    assertThat(typed.said("consistency")).containsExactly("Consistency  strong");
    SessionToken other = other();
    assertThat(typed.refused("consistency session " + other)).contains("it is of database");
  }

  /** Of another database. */
  private static SessionToken other() {
    try (Database another = Ashlar.inMemory()) {
      CausalSession session = another.session();
      session.read(reads -> reads.getReadVersion().join());
      return session.token();
    }
  }

  @Test
  void completesTheLevels() {
    assertThat(InteractiveShell.completions(List.of("consistency", ""), 1))
        .containsExactly("strong", "session", "eventual");
    assertThat(typed.session().consistency()).isEmpty();
    typed.said("consistency eventual");
    assertThat(typed.session().consistency()).isEqualTo("eventual");
  }
}
