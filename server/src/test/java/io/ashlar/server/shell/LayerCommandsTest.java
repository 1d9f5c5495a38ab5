package io.ashlar.server.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.Environment;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.counter.Counter;
import io.ashlar.directory.DirectoryLayer;
import io.ashlar.table.Index;
import io.ashlar.table.PassOptions;
import io.ashlar.table.PrimaryKey;
import io.ashlar.table.RecordCodec;
import io.ashlar.table.RowCodec;
import io.ashlar.table.Table;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kv} and {@code table} on one store in memory; every test has directories of its own. */
final class LayerCommandsTest {
  private static Database database;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private ShellSession session;

  /** A row of the tables here. */
  record Person(long id, String name, String city, double height, List<String> tags) {}

  @BeforeAll
  static void open() {
    database = Ashlar.inMemory();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void begin() {
    session = new ShellSession(database, "memory", 30_000);
  }

  @AfterEach
  void end() {
    session.close();
  }

  // Key-value stores.

  @Test
  void keysArePutGotSwappedAndDeleted() {
    assertThat(said("writemode on; kv use a/b; kv put k old; kv get k; kv cas k old new; kv get k"))
        .endsWith("`k' is set", "`k' is `old'", "`k' is set", "`k' is `new'");
    assertThat(said("kv cas k old x; kv putnew k y; kv putnew l z; kv get l"))
        .containsExactly(
            "`k' is not `old': not set",
            "`k' is `new' already: not set",
            "`l' is set",
            "`l' is `z'");
    assertThat(said("kv delete k; kv delete k; kv get k"))
        .containsExactly("`k' is removed", "`k': not found", "`k': not found");
  }

  @Test
  void countersGoUpAndDown() {
    assertThat(said("writemode on; kv use counters; kv incr c; kv incr c 10; kv decr c 3"))
        .endsWith("`c' is 1", "`c' is 11", "`c' is 8");
    assertThat(said("kv counter c; kv counter none")).containsExactly("`c' is 8", "`none' is 0");
    assertThat(refused("kv put text abc; kv incr text")).contains("a counter has 8 bytes");
    assertThat(refused("kv incr c many")).contains("`many' is no whole number");
    assertThat(refused("kv incr c 9223372036854775807")).contains("leaves the range");
  }

  @Test
  void keysExpireWhenTheyAreTold() {
    assertThat(said("writemode on; kv use expiring; kv put a 1 2h; kv put b 2; kv ttl b"))
        .endsWith("`b' is there for ever");
    assertThat(said("kv ttl a; kv ttl none")).first().asString().startsWith("`a' expires in ");
    assertThat(said("kv expire b 30s; kv persist a; kv ttl a; kv expire none 1s"))
        .containsExactly(
            "`b' expires in 30s",
            "`a' is there for ever",
            "`a' is there for ever",
            "`none': not found");
    assertThat(said("kv sweep")).singleElement().asString().startsWith("removed 0 keys");
    for (String wrong : List.of("soon", "0s", "-1s", "1", "5 m")) {
      assertThat(refused("kv expire a \"" + wrong + "\"")).contains("500ms, 30s, 5m, 2h and 7d");
    }
  }

  @Test
  void timesThatNobodyLivesToSeeAreTakenAsLongAsTheyCanBeCounted() {
    assertThat(said("writemode on; kv use lasting; kv put a 1 99999999999d; kv expire a 2h"))
        .endsWith("`a' is set", "`a' expires in 2h");
    assertThat(said("kv expire a 99999999999d; kv expire none 99999999999h"))
        .containsExactly("`a' expires in 99999999999d", "`none': not found");
    for (String tooLong : List.of("100000000000ms", "999999999999999d", "9".repeat(40) + "h")) {
      assertThat(refused("kv put a 2 " + tooLong)).contains("at most 11 digits");
      assertThat(refused("kv expire a " + tooLong)).contains("at most 11 digits");
    }
    assertThat(said("kv get a")).containsExactly("`a' is `1'");
  }

  @Test
  void severalKeysAreReadAndWrittenAtOnceAndScanned() {
    assertThat(said("writemode on; kv use many; kv mput a1 x a2 y b1 z; kv mget a2 none b1"))
        .endsWith("3 keys are set", "`a2' is `y'", "`none': not found", "`b1' is `z'");
    assertThat(said("kv scan a; kv scan a 1 reverse; kv scan"))
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
    assertThat(refused("kv mput a b c")).contains("`c' has no value");
    assertThat(refused("kv scan a b")).contains("`b' is no limit");
    assertThat(refused("kv scan a 5 x")).contains("one word too many");
  }

  @Test
  void whatIsNotThereYetIsEmptyAndIsNotMadeByLooking() {
    assertThat(said("kv use nowhere; kv get k; kv ttl k; kv counter k; kv mget k; kv scan"))
        .containsExactly(
            "Key-value store nowhere",
            "`k': not found",
            "`k': not found",
            "`k' is 0",
            "`k': not found",
            "0 keys");
    assertThat(new DirectoryLayer().exists(database, List.of("nowhere")).join()).isFalse();
    assertThat(refused("kv use a//b")).contains("no path of directories");
  }

  @Test
  void writesOfLayersNeedWriteModeAndBelongToTheOpenTransaction() {
    assertThat(refused("kv put k v")).contains("writemode must be on");
    said("writemode on; kv use tx; begin; kv put k v; kv get k");
    assertThat(out.toString()).contains("`k' is `v'");
    said("rollback; kv get k");
    assertThat(out.toString()).contains("`k': not found");
    said("begin; kv put k v; set beside x; commit; kv get k; get beside");
    assertThat(out.toString()).contains("`k' is `v'", "`beside' is `x'");
  }

  // Tables.

  private static Table<Long, Person> table(Subspace place) {
    return new Table<>(
        place,
        PrimaryKey.longs(),
        Person::id,
        RecordCodec.of(Person.class),
        List.of(
            Index.<Person>on("by-name", Person::name).unique(),
            Index.on("by-city", Person::city, Person::height),
            Index.<Person>each("by-tag", Person::tags)));
  }

  private static Subspace directory(String... path) {
    return new DirectoryLayer().createOrOpen(database, List.of(path)).join().subspace();
  }

  private static void fill(Table<Long, Person> table) {
    table.create(database).join();
    List.of(
            new Person(1, "Ann", "Oslo", 1.7, List.of("x")),
            new Person(2, "Bob", "Oslo", 1.8, List.of()),
            new Person(3, "Cid", "Ota", 1.6, List.of("x", "y")),
            new Person(4, "12", "Bern", 1.9, List.of()))
        .forEach(person -> table.put(database, person).join());
  }

  private static void fillWithMany(Table<Long, Person> table) {
    table.create(database).join();
    for (long from = 0; from < 1_200; from += 300) {
      List<Person> people = new ArrayList<>();
      for (long id = from; id < from + 300; id++) {
        people.add(new Person(id, "name " + id, "Oslo", id, List.of()));
      }
      table.putAll(database, people).join();
    }
  }

  @Test
  void tablesAreFoundAndDescribed() {
    fill(table(directory("people", "all")));
    directory("people", "none");
    assertThat(said("table list people"))
        .singleElement()
        .asString()
        .matches("people/all +1 key column\\(s\\), 3 index\\(es\\), rows encoded as record");
    assertThat(said("table list")).anyMatch(line -> line.startsWith("people/all"));
    assertThat(said("table describe people/all"))
        .contains("Rows         encoded as record", "Primary key  1 column(s)")
        .anyMatch(line -> line.matches("Index +by-name +readable; 1 column\\(s\\), unique"))
        .anyMatch(line -> line.matches("Index +by-city +readable; 2 column\\(s\\)"))
        .anyMatch(line -> line.matches("Index +by-tag +readable; .*several entries a row"))
        .anyMatch(line -> line.matches(" +city +text"));
    assertThat(refused("table describe people/none")).contains("people/none has no table");
    assertThat(refused("table describe people/nobody")).contains("no directory /people/nobody");
  }

  @Test
  void directoriesOfOtherLayersAreNoTables() {
    fill(table(directory("mixed", "table")));
    Subspace visits = directory("mixed", "visits");
    database.run(
        transaction -> {
          for (long shard = 0; shard < Counter.SHARDS; shard++) {
            transaction.set(visits.pack(shard), new byte[] {(byte) shard, 0, 0, 0, 0, 0, 0, 0});
          }
          return null;
        });
    assertThat(new Counter(visits).get(database).join()).isEqualTo(120);
    assertThat(said("table list mixed")).singleElement().asString().startsWith("mixed/table ");
    assertThat(refused("table describe mixed/visits")).contains("not the description of a table");
  }

  @Test
  void keysAreNotWrittenAmongTheRowsOfATable() {
    fill(table(directory("rows")));
    said("writemode on; kv use rows");
    for (String write : List.of("put k v", "putnew k v", "incr k", "mput a b", "delete k")) {
      assertThat(refused("kv " + write)).contains("the directory rows has a table");
    }
    assertThat(said("table count rows; table scan rows limit 1")).startsWith("4").hasSize(3);
  }

  @Test
  void rowsAreFoundByKeyAndByIndex() {
    fill(table(directory("queried")));
    String ann = "id=1  name=Ann  city=Oslo  height=1.7  tags=[x]";
    String bob = "id=2  name=Bob  city=Oslo  height=1.8  tags=[]";
    String cid = "id=3  name=Cid  city=Ota  height=1.6  tags=[x, y]";
    assertThat(said("table get queried 1; table get queried 9"))
        .containsExactly(ann, "(9): not found");
    assertThat(said("table query queried by-city Oslo")).containsExactly(ann, bob, "2 rows");
    assertThat(said("table query queried by-city Oslo from 1.75")).containsExactly(bob, "1 row");
    assertThat(said("table query queried by-city starting O reverse limit 2"))
        .startsWith(cid, bob)
        .last()
        .asString()
        .startsWith("2 rows, and perhaps more: go on with");
    assertThat(said("table query queried by-tag x")).containsExactly(ann, cid, "2 rows");
    assertThat(said("table query queried by-name text:12")).hasSize(2);
    assertThat(said("table scan queried from 2 to 4")).containsExactly(bob, cid, "2 rows");
    assertThat(said("table count queried; table count queried by-city Oslo"))
        .containsExactly("4", "2");
    out.getBuffer().setLength(0);
    ShellCommand.run(
        session,
        "table query queried by-city Ota",
        true,
        new PrintWriter(out, true),
        new PrintWriter(err, true));
    assertThat(out.toString())
        .contains("\"rows\":[{\"id\":3,\"name\":\"Cid\",\"city\":\"Ota\",\"height\":1.6,")
        .contains("\"more\":false");
  }

  @Test
  void whatCannotBeAskedIsRefusedWithWords() {
    fill(table(directory("refusing")));
    assertThat(refused("table get refusing 1 2")).contains("has 1 column(s), not 2");
    assertThat(refused("table query refusing by-nothing")).contains("by-nothing");
    assertThat(refused("table query refusing by-city a 1.0 x")).contains("2 columns");
    assertThat(refused("table query refusing by-city limit none")).contains("is no limit");
    assertThat(refused("table query refusing by-city limit")).contains("needs a value behind it");
    assertThat(refused("table query refusing by-city reverse x")).contains("one word too many");
    assertThat(refused("table query refusing by-city from a starting b")).contains("neither");
    assertThat(refused("table get refusing uuid:1")).contains("`uuid:1' is no uuid");
    assertThat(refused("table nonsense")).contains("unknown command `table nonsense'");
    assertThat(refused("kv nonsense")).contains("unknown command `kv nonsense'");
    assertThat(refused("kv cas a b")).contains("usage: kv cas KEY OLD NEW");
  }

  @Test
  void anIndexThatIsBuiltTellsHowFarItIs() {
    Subspace place = directory("building");
    RecordCodec<Person> codec = RecordCodec.of(Person.class);
    Table<Long, Person> plain =
        new Table<>(place, PrimaryKey.longs(), Person::id, codec, List.of());
    fill(plain);
    Table<Long, Person> indexed = table(place);
    assertThat(indexed.create(database).join()).contains("by-city");
    indexed
        .newIndexBuild(database, "by-city", new PassOptions(3, PassOptions.defaults().pause()))
        .stepOnce()
        .join();
    assertThat(said("table describe building"))
        .anyMatch(line -> line.matches("Index +by-city +building, 3 rows so far; .*"));
    assertThat(refused("table query building by-city Oslo")).contains("is building");
  }

  @Test
  void entriesOfNoRowAreFound() {
    Subspace place = directory("checked");
    fill(table(place));
    assertThat(said("table check checked"))
        .contains("by-name: 4 entries, 0 of them of no row")
        .contains("by-tag: 3 entries, 0 of them of no row");
    database.run(
        transaction -> {
          transaction.clear(place.get(0L).pack(2L));
          return null;
        });
    assertThat(run("table check checked")).isFalse();
    assertThat(err.toString()).contains("by-name: 4 entries, 1 of them of no row", "Bob");
  }

  @Test
  void whatCannotBeCountedInOneTransactionIsCountedInSeveral() throws Exception {
    fillWithMany(table(directory("countless")));
    assertThat(said("table count countless")).containsExactly("1,200");
    Reply counted = runSlowly(false, TableVerb.COUNT, "countless");
    assertThat(counted.lines()).containsExactly("1,200, not at one version");
    assertThat(counted.json().toString()).contains("\"atOneVersion\":false");
    assertThatThrownBy(() -> runSlowly(true, TableVerb.COUNT, "countless"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("too many to count within a transaction: `rollback'");
  }

  @Test
  void listEndsBeforeItsTransactionDoes() throws Exception {
    directory("wide", "a");
    directory("wide", "b");
    assertThat(runSlowly(false, TableVerb.LIST, "wide/a").lines())
        .containsExactly("no directory has a table");
    assertThatThrownBy(() -> runSlowly(false, TableVerb.LIST, "wide"))
        .rootCause()
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("more than 2 directories, too many for one transaction");
  }

  private static Reply runSlowly(boolean inTransaction, TableVerb verb, String path)
      throws Exception {
    return new TableCommands(database, new SlowTransactions(inTransaction))
        .run(verb, new Arguments(List.of(Bytes.utf8(path))));
  }

  /** Transactions in which more than a second goes by whenever somebody looks at the clock. */
  private record SlowTransactions(boolean inTransaction) implements Transactions {
    @Override
    public <T> T read(Function<ReadTransaction, CompletableFuture<T>> reading)
        throws InterruptedException, ExecutionException {
      return database.readAsync(reads -> reading.apply(slow(reads))).get();
    }

    @Override
    public <T> T change(Function<Transaction, CompletableFuture<T>> changing) {
      throw new UnsupportedOperationException("nothing is changed");
    }

    private static ReadTransaction slow(ReadTransaction reads) {
      AtomicLong now = new AtomicLong();
      Environment environment =
          proxy(
              Environment.class,
              (same, method, arguments) ->
                  method.getName().equals("nowNanos")
                      ? now.addAndGet(Duration.ofMillis(1_500).toNanos())
                      : method.invoke(reads.environment(), arguments));
      return proxy(
          ReadTransaction.class,
          (same, method, arguments) ->
              switch (method.getName()) {
                case "environment" -> environment;
                case "readAsync" -> within((ReadTransaction) same, arguments[0]);
                default -> method.invoke(reads, arguments);
              });
    }

    @SuppressWarnings("unchecked")
    private static Object within(ReadTransaction reads, Object body) {
      return ((Function<ReadTransaction, Object>) body).apply(reads);
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
      return type.cast(
          Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
  }

  @Test
  void ofManyEntriesOfNoRowTheFirstOnesAreShown() {
    Subspace place = directory("dangling");
    fillWithMany(table(place));
    database.run(
        transaction -> {
          transaction.clear(place.get(0L).pack(2L), place.get(0L).pack(1_199L));
          return null;
        });
    err.getBuffer().setLength(0);
    assertThat(run("table check dangling")).isFalse();
    assertThat(err.toString())
        .contains("by-city: 1,200 entries, 1,197 of them of no row")
        .contains("by-name: 1,200 entries, 1,197 of them of no row");
    assertThat(err.toString().lines().filter(line -> line.contains(" leads to "))).hasSize(10);
  }

  @Test
  void rowsOfOtherEncodingsAreShownAsBytes() {
    Table<String, String> texts =
        new Table<>(
            directory("texts"),
            PrimaryKey.strings(),
            text -> text,
            RowCodec.of(
                "text",
                text -> text.getBytes(StandardCharsets.UTF_8),
                bytes -> new String(bytes, StandardCharsets.UTF_8)),
            List.of());
    texts.create(database).join();
    texts.put(database, "hello").join();
    assertThat(said("table scan texts")).containsExactly("hello", "1 row");
  }

  @Test
  void rowsThatAreSaidToBeRecordsAndAreNoneAreShownAsBytes() {
    Subspace place = directory("pretended");
    fill(table(place));
    database.run(
        transaction -> {
          transaction.set(place.get(0L).pack(2L), Tuple.from(7L, "seven").pack());
          transaction.set(place.get(0L).pack(3L), Tuple.from("id", 3L, "rest").pack());
          transaction.set(place.get(0L).pack(4L), new byte[] {(byte) 0xff});
          return null;
        });
    assertThat(said("table get pretended 2")).containsExactly("\\x15\\x07\\x02seven\\x00");
    assertThat(said("table scan pretended"))
        .containsExactly(
            "id=1  name=Ann  city=Oslo  height=1.7  tags=[x]",
            "\\x15\\x07\\x02seven\\x00",
            "\\x02id\\x00\\x15\\x03\\x02rest\\x00",
            "\\xff",
            "4 rows");
  }

  @Test
  void helpAndCompletionKnowEveryCommandOfLayers() {
    for (Verb layer : List.of(Verb.KV, Verb.TABLE)) {
      List<String> words = layer.subVerbs().stream().map(SubVerb::word).toList();
      assertThat(InteractiveShell.completions(List.of(layer.word(), ""), 1)).isEqualTo(words);
      assertThat(InteractiveShell.completions(List.of("help", layer.word(), ""), 2))
          .isEqualTo(words);
      assertThat(InteractiveShell.completions(List.of("begin;", layer.word(), ""), 2))
          .isEqualTo(words);
      for (SubVerb verb : layer.subVerbs()) {
        assertThat(said("help " + layer.word()))
            .anyMatch(line -> line.startsWith(verb.usage(layer)));
        assertThat(said("help " + layer.word() + " " + verb.word()))
            .containsExactly(verb.usage(layer), "    " + verb.meaning());
      }
    }
    assertThat(InteractiveShell.completions(List.of("get", "kv", ""), 2)).isEmpty();
    assertThat(refused("help kv nonsense")).contains("unknown command `kv nonsense'");
  }

  private boolean run(String line) {
    return ShellCommand.run(
        session, line, false, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  /** What commands that succeed say. */
  private List<String> said(String line) {
    out.getBuffer().setLength(0);
    assertThat(run(line) || session.inTransaction()).as("%s: %s", line, err).isTrue();
    return out.toString().lines().toList();
  }

  /** What a command says that fails. */
  private String refused(String line) {
    err.getBuffer().setLength(0);
    assertThat(run(line)).as(line).isFalse();
    assertThat(err.toString()).startsWith("ERROR: ").hasLineCount(1);
    return err.toString();
  }
}
