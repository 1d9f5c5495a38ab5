package io.ashlar.server.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.client.Database;
import io.ashlar.directory.DirectoryLayer;
import io.ashlar.server.shell.TypedShell;
import io.ashlar.table.Index;
import io.ashlar.table.PrimaryKey;
import io.ashlar.table.RecordCodec;
import io.ashlar.table.Table;
import java.time.Duration;
import java.util.List;

/** Each function as it is typed in the shell: what is done, and what is seen of it later. */
final class TypedFunctions {
  private record Town(long id, String name, String country) {}

  private final TypedShell typed;

  TypedFunctions(TypedShell typed) {
    this.typed = typed;
  }

  /** The shell only reads tables: programs write them. */
  static void writeTable(Database database) {
    Table<Long, Town> towns =
        new Table<>(
            new DirectoryLayer()
                .createOrOpen(database, List.of("typed", "towns"))
                .join()
                .subspace(),
            PrimaryKey.longs(),
            Town::id,
            RecordCodec.of(Town.class),
            List.of(Index.on("by-country", Town::country)));
    towns.create(database).join();
    towns
        .putAll(
            database,
            List.of(
                new Town(1, "Oslo", "NO"), new Town(2, "Bern", "CH"), new Town(3, "Moss", "NO")))
        .join();
  }

  void perform() {
    typed.said("writemode on; kv use typed");
    // Get, put, delete.
    typed.said("set typed/a 1; set typed/b 2; clear typed/b; kv put a 1; kv put b 2");
    assertThat(typed.said("kv delete b")).containsExactly("`b' is removed");
    // Compare-and-swap, increment, decrement.
    assertThat(typed.said("kv cas a 0 9; kv cas a 1 2; kv putnew a 7"))
        .first()
        .isEqualTo("`a' is not `0': not set");
    typed.said("kv incr n 10; kv decr n 3");
    // Keys that expire.
    typed.said("kv put gone x 1ms; kv put later x 7d; kv put kept x 7d; kv persist kept");
    // Batches, and what scans will show.
    typed.said("kv mput s/1 x s/2 y s/3 z");
    // Transactions across keys: all or nothing.
    typed.said("begin; set typed/left 5; set typed/right 7; commit");
    typed.said("begin; set typed/left 0; set typed/right 0; rollback");
  }

  void lookAt() {
    typed.said("writemode on; kv use typed");
    assertThat(typed.said("get typed/a; get typed/b; kv get a; kv get b"))
        .containsExactly(
            "`typed/a' is `1'", "`typed/b': not found", "`a' is `2'", "`b': not found");
    assertThat(typed.said("kv counter n")).containsExactly("`n' is 7");
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!typed.said("kv get gone").equals(List.of("`gone': not found"))) {
      // Store time goes on by itself where nobody writes, in steps of a second.
      assertThat(System.nanoTime()).as("`gone' is there after 30 s").isLessThan(end);
    }
    assertThat(typed.said("kv ttl later; kv ttl kept"))
        .satisfiesExactly(
            later -> assertThat(later).startsWith("`later' expires in "),
            kept -> assertThat(kept).isEqualTo("`kept' is there for ever"));
    assertThat(typed.said("kv scan s/")).startsWith("`s/1' is `x'", "`s/2' is `y'", "`s/3' is `z'");
    assertThat(typed.said("getrange typed/l typed/s"))
        .contains("`typed/left' is `5'", "`typed/right' is `7'");
    assertThat(typed.said("kv mget s/1 none s/3"))
        .containsExactly("`s/1' is `x'", "`none': not found", "`s/3' is `z'");
    // Consistency by choice.
    assertThat(typed.said("consistency session; kv put own 1; kv get own"))
        .last()
        .asString()
        .isEqualTo("`own' is `1'");
    typed.said("consistency strong");
    assertThat(typed.saidInTheEnd("kv get a", "`a' is `2'")).last().asString().startsWith("As of ");
    // Secondary indexes.
    assertThat(typed.said("table get typed/towns 2")).singleElement().asString().contains("Bern");
    assertThat(typed.said("table query typed/towns by-country NO"))
        .satisfiesExactly(
            first -> assertThat(first).contains("Oslo"),
            second -> assertThat(second).contains("Moss"),
            last -> assertThat(last).isEqualTo("2 rows"));
    assertThat(typed.said("table count typed/towns")).containsExactly("3");
    typed.said("table check typed/towns");
  }
}
