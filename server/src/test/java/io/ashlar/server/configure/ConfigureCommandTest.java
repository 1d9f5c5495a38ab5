package io.ashlar.server.configure;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.server.Program;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigureCommandTest {
  @TempDir Path folder;

  /**
   * What a run said.
   *
   * @param code its exit code
   */
  private record Said(int code, String out, String err) {}

  private Said configure(String... words) {
    String[] arguments = new String[words.length + 3];
    arguments[0] = "configure";
    System.arraycopy(words, 0, arguments, 1, words.length);
    arguments[words.length + 1] = "--dir";
    arguments[words.length + 2] = folder.resolve("store").toString();
    Program program = new Program();
    int code = program.run(arguments);
    return new Said(code, program.out(), program.err());
  }

  @Test
  void changesADatabaseThatKeepsItThen() {
    assertThat(configure().out()).startsWith("has commit_proxies=1, ");
    Said changed = configure("logs=2", "proxies=2", "--json");
    assertThat(changed.code()).isZero();
    assertThat(changed.out())
        .contains(
            "\"commit_proxies\":2", "\"read_version_proxies\":2", "\"logs\":2", "\"waits\":null");
    assertThat(configure().out())
        .isEqualTo(
            "has commit_proxies=2, read_version_proxies=2, resolvers=1, logs=2, single, antiquorum=0,"
                + " storage_replication=1\n");
  }

  @Test
  void whatCannotBeYetIsToldAndCanBeTakenBack() {
    Said waiting = configure("double");
    assertThat(waiting.code()).isEqualTo(1);
    assertThat(waiting.out())
        .contains(
            "asked for ", "waits: it needs workers of class log or any in 2 zones for log servers");
    Said back = configure("single");
    assertThat(back.code()).isZero();
    assertThat(back.out()).doesNotContain("waits");
  }

  @Test
  void whatCanNeverBeIsRefused() {
    Said refused = configure("antiquorum=1");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("anti-quorum must be 0 or at most replication − 2, not 1");
    assertThat(configure("tripel").code()).isEqualTo(2);
    assertThat(configure("--timeout", "0").code()).isEqualTo(2);
  }
}
