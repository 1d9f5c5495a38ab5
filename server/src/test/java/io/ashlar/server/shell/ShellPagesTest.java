package io.ashlar.server.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.directory.DirectoryLayer;
import io.ashlar.table.Index;
import io.ashlar.table.PrimaryKey;
import io.ashlar.table.RecordCodec;
import io.ashlar.table.Table;
import io.ashlar.tuple.Subspace;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Scans and queries in pages, and how their words are understood. */
final class ShellPagesTest {
  private static final Pattern MORE = Pattern.compile(".* go on with `(after \\S+)'");

  @AutoClose private static final Database database = Ashlar.inMemory();

  @AutoClose private final TypedShell typed = new TypedShell(database);

  /** A row of the tables here. */
  record Town(String name, String country, long people) {}

  /** All lines but the last ones of the pages, each page asked for as the one before says. */
  private List<String> pages(String command) {
    List<String> all = new ArrayList<>();
    String next = command;
    while (true) {
      List<String> page = typed.said(next);
      all.addAll(page.subList(0, page.size() - 1));
      Matcher more = MORE.matcher(page.get(page.size() - 1));
      if (!more.matches()) {
        return all;
      }
      next = command + " " + more.group(1);
    }
  }

  @Test
  void scansGoOnWhereTheyEnded() {
    typed.said("writemode on; kv use pages");
    for (String key : List.of("a", "\"a b;c\"", "a\\x00\\xff", "ab", "a\\\\", "b")) {
      typed.said("kv put " + key + " x");
    }
    List<String> all = typed.said("kv scan");
    assertThat(all).hasSize(7).last().isEqualTo("6 keys");
    List<String> rows = all.subList(0, 6);
    List<String> backwards = new ArrayList<>(rows);
    Collections.reverse(backwards);
    for (int limit = 1; limit <= 7; limit++) {
      assertThat(pages("kv scan \"\" " + limit)).isEqualTo(rows);
      assertThat(pages("kv scan a " + limit)).isEqualTo(rows.subList(0, 5));
      assertThat(pages("kv scan \"\" " + limit + " reverse")).isEqualTo(backwards);
    }
    assertThat(typed.saidJson("kv scan a 1"))
        .singleElement()
        .asString()
        .startsWith("{\"command\":\"kv\",\"ok\":true,\"rows\":[{\"key\":\"a\",\"value\":\"x\"}],")
        .endsWith("\"more\":true,\"after\":\"" + token("kv scan a 1") + "\"}");
    assertThat(typed.refused("kv scan a after")).contains("`after' needs a value behind it");
    assertThat(typed.refused("kv scan a after !")).contains("`!' is no token");
    assertThat(typed.refused("kv scan a after AWE reverse")).contains("one word too many");
  }

  @Test
  void aPrefixThatLooksLikeADirectionIsAskedAbout() {
    typed.said("writemode on; kv use directions; kv mput reverse 1 reversed 2 after 3");
    assertThat(typed.refused("kv scan reverse"))
        .contains("`reverse' stands where the prefix does: `kv scan \"\" reverse' is of all keys")
        .contains("`kv scan reverse 25' of those that start so");
    assertThat(typed.refused("kv scan after")).contains("`kv scan after 25'");
    assertThat(typed.refused("kv scan after AWE")).contains("stands where the prefix does");
    assertThat(typed.said("kv scan \"\" reverse"))
        .containsExactly("`reversed' is `2'", "`reverse' is `1'", "`after' is `3'", "3 keys");
    assertThat(typed.said("kv scan reverse 25"))
        .containsExactly("`reverse' is `1'", "`reversed' is `2'", "2 keys");
    assertThat(typed.said("kv scan reverse reverse")).startsWith("`reversed' is `2'").hasSize(3);
  }

  @Test
  void queriesGoOnWhereTheyEnded() {
    fillTowns("paged");
    for (int limit = 1; limit <= 5; limit++) {
      assertThat(pages("table scan paged limit " + limit)).hasSize(4).doesNotHaveDuplicates();
      assertThat(pages("table query paged by-country NO limit " + limit))
          .containsExactly(
              "name=Bergen  country=NO  people=290000", "name=Oslo  country=NO  people=700000");
      assertThat(pages("table query paged by-country NO reverse limit " + limit)).hasSize(2);
    }
    assertThat(typed.saidJson("table scan paged limit 1"))
        .singleElement()
        .asString()
        .contains("\"more\":true,\"after\":\"");
    assertThat(typed.refused("table count paged by-country after AWE")).contains("a count is of");
  }

  private String token(String command) {
    List<String> page = typed.said(command);
    Matcher more = MORE.matcher(page.get(page.size() - 1));
    assertThat(more.matches()).as("%s", page).isTrue();
    return more.group(1).substring("after ".length());
  }

  /** A token of another index found no row, as if all had been seen; one of another key, others. */
  @Test
  void aTokenIsOfOneScanAndWhole() {
    fillTowns("tokens");
    fillTowns("others");
    typed.said("writemode on; kv use first; kv mput a 1 ab 2 b 3; kv use second; kv mput a 1 ab 2");
    String ofStore = token("kv scan a 1");
    String ofTable = token("table scan tokens limit 1");
    String ofIndex = token("table query tokens by-country NO limit 1");
    assertThat(typed.said("kv scan a 9 after " + ofStore)).containsExactly("`ab' is `2'", "1 key");
    assertThat(typed.said("table scan tokens after " + ofTable)).hasSize(4);
    assertThat(typed.said("table query tokens by-country NO limit 9 after " + ofIndex)).hasSize(2);
    for (String command :
        List.of(
            "kv use first; kv scan a after " + ofStore,
            "kv use second; kv scan \"\" after " + ofStore,
            "kv scan a reverse after " + ofStore,
            "kv scan a after " + ofTable,
            "table scan others after " + ofTable,
            "table scan tokens reverse after " + ofTable,
            "table scan tokens to Oslo after " + ofTable,
            "table query tokens by-country after " + ofTable,
            "table query tokens by-country after " + ofIndex,
            "table query tokens by-country NO from B after " + ofIndex,
            "table scan tokens after " + ofIndex)) {
      assertThat(typed.refused(command)).as(command).contains("is the token of another scan");
    }
    for (int i = 0; i < ofStore.length(); i++) {
      for (String letter : List.of("A", "B", "b", "_")) {
        String changed = ofStore.substring(0, i) + letter + ofStore.substring(i + 1);
        if (!changed.equals(ofStore)) {
          typed.refused("kv scan a after " + changed);
        }
      }
      assertThat(typed.refused("kv scan a after \"" + ofStore.substring(0, i) + "\""))
          .containsAnyOf("is no token", "is the token of another scan");
    }
  }

  @Test
  void aKeyOfAnotherTypeThanTheTablesIsRefused() {
    fillTowns("typed");
    assertThat(typed.said("table get typed Oslo"))
        .containsExactly("name=Oslo  country=NO  people=700000");
    assertThat(typed.said("table get typed Osl")).containsExactly("(\"Osl\"): not found");
    assertThat(typed.refused("table get typed 5"))
        .contains("column 1 of the primary key has text, and the condition is of integers: (5)");
  }

  @Test
  void aCountHasNoLimit() {
    fillTowns("counted");
    assertThat(typed.said("table count counted by-country NO")).containsExactly("2");
    assertThat(typed.refused("table count counted by-country NO limit 1"))
        .contains("a count is of everything");
  }

  /** Different bytes that are no text became the same text: one store for two names. */
  @Test
  void whatIsNoTextIsNoNameAndNoValue() {
    fillTowns("texts");
    for (String command :
        List.of(
            "kv use \\xff",
            "kv use a/\\xfe",
            "table list \\xc3",
            "table get texts \\xff",
            "table get texts text:\\xff",
            "table query texts \\xff",
            "table scan texts starting \\xff")) {
      assertThat(typed.refused(command)).as(command).contains("is no text: it is not UTF-8");
    }
    assertThat(typed.refused("table get texts bytes:\\xff")).contains("the condition is of bytes");
    assertThat(typed.said("kv use \\xc3\\xa9")).containsExactly("Key-value store é");
  }

  /** A read showed a table's rows as keys, though a write said that it is none of the store. */
  @Test
  void aTableIsNoStoreForReadsEither() {
    fillTowns("tabled");
    typed.said("kv use tabled");
    for (String command : List.of("kv get a", "kv scan", "kv ttl a", "kv mget a", "kv counter a")) {
      assertThat(typed.refused(command)).contains("the directory tabled has a table: see `table'");
    }
  }

  @Test
  void aPartitionIsNeitherStoreNorTable() {
    byte[] partition = "partition".getBytes(StandardCharsets.US_ASCII);
    new DirectoryLayer().createOrOpen(database, List.of("parted"), partition).join();
    typed.said("writemode on; kv use parted");
    for (String command : List.of("kv get a", "kv scan", "kv put a b")) {
      assertThat(typed.refused(command)).startsWith("ERROR: the directory parted is a partition");
    }
    for (String command : List.of("table describe parted", "table scan parted")) {
      assertThat(typed.refused(command)).startsWith("ERROR: the directory parted has no table");
    }
    assertThat(typed.said("kv use parted/in; kv put a b; kv get a")).last().isEqualTo("`a' is `b'");
  }

  @Test
  void aRowIsOnOneLineWhateverIsInIt() {
    Table<String, Town> table = fillTowns("lines");
    table.put(database, new Town("A\nB\u001b[1m", "\u0085é", 1)).join();
    assertThat(typed.said("table scan lines limit 1"))
        .startsWith("name=A\\x0aB\\x1b[1m  country=\\xc2\\x85é  people=1")
        .hasSize(2);
  }

  private static Table<String, Town> fillTowns(String directory) {
    Subspace place =
        new DirectoryLayer().createOrOpen(database, List.of(directory)).join().subspace();
    Table<String, Town> table =
        new Table<>(
            place,
            PrimaryKey.strings(),
            Town::name,
            RecordCodec.of(Town.class),
            List.of(Index.on("by-country", Town::country, Town::name)));
    table.create(database).join();
    List.of(
            new Town("Oslo", "NO", 700_000),
            new Town("Bergen", "NO", 290_000),
            new Town("Bern", "CH", 134_000),
            new Town("Lima", "PE", 10_000_000))
        .forEach(town -> table.put(database, town).join());
    return table;
  }

  @Test
  void pathsHaveNoDots() {
    for (String path : List.of(".", "..", "../..", "a/../b", "a/.")) {
      assertThat(typed.refused("kv use " + path)).contains("`.' and `..' are no names");
      assertThat(typed.refused("table list " + path)).contains("no path of directories");
    }
    for (String path : List.of("\"\"", "/", "/a", "a/", "a//b")) {
      assertThat(typed.refused("kv use " + path)).contains("names with slashes between them are");
    }
    assertThat(typed.said("kv use .a/..b")).containsExactly("Key-value store .a/..b");
  }

  @Test
  void timesAndNumbersAreSaidAlike() {
    assertThat(Arguments.time(Duration.ofMillis(0))).isEqualTo("0ms");
    assertThat(Arguments.time(Duration.ofMillis(999))).isEqualTo("999ms");
    assertThat(Arguments.time(Duration.ofMillis(59_999))).isEqualTo("59s 999ms");
    assertThat(Arguments.time(Duration.ofMillis(1_799_934))).isEqualTo("29m 59s");
    assertThat(Arguments.time(Duration.ofHours(25))).isEqualTo("1d 1h");
    typed.said("writemode on; kv use times; kv put a 1 30m");
    assertThat(typed.said("kv ttl a"))
        .singleElement()
        .asString()
        .matches("`a' expires in (30m|2[0-9]m [0-9]+s)");
    assertThat(typed.saidJson("kv expire a 2h; kv persist a; kv ttl a"))
        .containsExactly(
            "{\"command\":\"kv\",\"ok\":true,\"key\":\"a\",\"found\":true,\"expires\":true,"
                + "\"millis\":7200000}",
            "{\"command\":\"kv\",\"ok\":true,\"key\":\"a\",\"found\":true,\"expires\":false}",
            "{\"command\":\"kv\",\"ok\":true,\"key\":\"a\",\"found\":true,\"expires\":false}");
    assertThat(typed.said("kv mput a 1; kv scan"))
        .containsExactly("1 key is set", "`a' is `1'", "1 key");
    // The version of a row is any 64 bits, of which many readers of JSON lose the last ones.
    assertThat(typed.saidJson("kv put a 2"))
        .singleElement()
        .asString()
        .matches(".*\"version\":\"-?[0-9]+\"\\}");
  }
}
