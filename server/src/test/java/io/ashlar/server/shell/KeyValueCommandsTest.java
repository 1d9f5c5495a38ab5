package io.ashlar.server.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.directory.DirectoryLayer;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** {@code kv} on one store in memory; every test has a directory of its own. */
final class KeyValueCommandsTest {
  @AutoClose private static final Database database = Ashlar.inMemory();

  @AutoClose private final TypedShell typed = new TypedShell(database);

  @Test
  void keysArePutGotSwappedAndDeleted() {
    assertThat(
            typed.said(
                "writemode on; kv use a/b; kv put k old; kv get k; kv cas k old new; kv get k"))
        .endsWith("`k' is set", "`k' is `old'", "`k' is set", "`k' is `new'");
    assertThat(typed.said("kv cas k old x; kv putnew k y; kv putnew l z; kv get l"))
        .containsExactly(
            "`k' is not `old': not set",
            "`k' is `new' already: not set",
            "`l' is set",
            "`l' is `z'");
    assertThat(typed.said("kv delete k; kv delete k; kv get k"))
        .containsExactly("`k' is removed", "`k': not found", "`k': not found");
  }

  @Test
  void countersGoUpAndDown() {
    assertThat(typed.said("writemode on; kv use counters; kv incr c; kv incr c 10; kv decr c 3"))
        .endsWith("`c' is 1", "`c' is 11", "`c' is 8");
    assertThat(typed.said("kv counter c; kv counter none"))
        .containsExactly("`c' is 8", "`none' is 0");
    assertThat(typed.refused("kv put text abc; kv incr text")).contains("a counter has 8 bytes");
    assertThat(typed.refused("kv incr c many")).contains("`many' is no whole number");
    assertThat(typed.refused("kv incr c 9223372036854775807")).contains("leaves the range");
  }

  @Test
  void keysExpireWhenTheyAreTold() {
    assertThat(typed.said("writemode on; kv use expiring; kv put a 1 2h; kv put b 2; kv ttl b"))
        .endsWith("`b' is there for ever");
    assertThat(typed.said("kv ttl a; kv ttl none"))
        .first()
        .asString()
        .startsWith("`a' expires in ");
    assertThat(typed.said("kv expire b 30s; kv persist a; kv ttl a; kv expire none 1s"))
        .containsExactly(
            "`b' expires in 30s",
            "`a' is there for ever",
            "`a' is there for ever",
            "`none': not found");
    assertThat(typed.said("kv sweep")).singleElement().asString().startsWith("removed 0 keys");
    for (String wrong : List.of("soon", "0s", "-1s", "1", "5 m")) {
      assertThat(typed.refused("kv expire a \"" + wrong + "\""))
          .contains("500ms, 30s, 5m, 2h and 7d");
    }
  }

  @Test
  void timesThatNobodyLivesToSeeAreTakenAsLongAsTheyCanBeCounted() {
    assertThat(typed.said("writemode on; kv use lasting; kv put a 1 99999999999d; kv expire a 2h"))
        .endsWith("`a' is set", "`a' expires in 2h");
    assertThat(typed.said("kv expire a 99999999999d; kv expire none 99999999999h"))
        .containsExactly("`a' expires in 99999999999d", "`none': not found");
    for (String tooLong : List.of("100000000000ms", "999999999999999d", "9".repeat(40) + "h")) {
      assertThat(typed.refused("kv put a 2 " + tooLong)).contains("at most 11 digits");
      assertThat(typed.refused("kv expire a " + tooLong)).contains("at most 11 digits");
    }
    assertThat(typed.said("kv get a")).containsExactly("`a' is `1'");
  }

  @Test
  void severalKeysAreReadAndWrittenAtOnceAndScanned() {
    assertThat(typed.said("writemode on; kv use many; kv mput a1 x a2 y b1 z; kv mget a2 none b1"))
        .endsWith("3 keys are set", "`a2' is `y'", "`none': not found", "`b1' is `z'");
    assertThat(typed.said("kv scan a; kv scan a 1 reverse; kv scan"))
        .containsExactly(
            "`a1' is `x'",
            "`a2' is `y'",
            "2 keys",
            "`a2' is `y'",
            "1 key, and perhaps more: go on with `after AmEy76JPdA'",
            "`a1' is `x'",
            "`a2' is `y'",
            "`b1' is `z'",
            "3 keys");
    assertThat(typed.refused("kv mput a b c")).contains("`c' has no value");
    assertThat(typed.refused("kv scan a b")).contains("`b' is no limit");
    assertThat(typed.refused("kv scan a 5 x")).contains("one word too many");
  }

  @Test
  void whatIsNotThereYetIsEmptyAndIsNotMadeByLooking() {
    assertThat(typed.said("kv use nowhere; kv get k; kv ttl k; kv counter k; kv mget k; kv scan"))
        .containsExactly(
            "Key-value store nowhere",
            "`k': not found",
            "`k': not found",
            "`k' is 0",
            "`k': not found",
            "0 keys");
    assertThat(new DirectoryLayer().exists(database, List.of("nowhere")).join()).isFalse();
    assertThat(typed.refused("kv use a//b")).contains("no path of directories");
  }

  @Test
  void writesOfLayersNeedWriteModeAndBelongToTheOpenTransaction() {
    assertThat(typed.refused("kv put k v")).contains("writemode must be on");
    assertThat(typed.said("writemode on; kv use tx; begin; kv put k v; kv get k"))
        .contains("`k' is `v'");
    assertThat(typed.said("rollback; kv get k")).contains("`k': not found");
    assertThat(typed.said("begin; kv put k v; set beside x; commit; kv get k; get beside"))
        .contains("`k' is `v'", "`beside' is `x'");
  }
}
