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
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** {@code table} on one store in memory; every test has directories of its own. */
final class TableCommandsTest {
  @AutoClose private static final Database database = Ashlar.inMemory();

  @AutoClose private final TypedShell typed = new TypedShell(database);

  /** A row of the tables here. */
  record Person(long id, String name, String city, double height, List<String> tags) {}

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
    assertThat(typed.said("table list people"))
        .singleElement()
        .asString()
        .matches("people/all +1 key column\\(s\\), 3 index\\(es\\), rows encoded as record");
    assertThat(typed.said("table list")).anyMatch(line -> line.startsWith("people/all"));
    assertThat(typed.said("table describe people/all"))
        .contains("Rows         encoded as record", "Primary key  1 column(s)")
        .anyMatch(line -> line.matches("Index +by-name +readable; 1 column\\(s\\), unique"))
        .anyMatch(line -> line.matches("Index +by-city +readable; 2 column\\(s\\)"))
        .anyMatch(line -> line.matches("Index +by-tag +readable; .*several entries a row"))
        .anyMatch(line -> line.matches(" +city +text"));
    assertThat(typed.refused("table describe people/none")).contains("people/none has no table");
    assertThat(typed.refused("table describe people/nobody"))
        .contains("no directory /people/nobody");
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
    assertThat(typed.said("table list mixed"))
        .singleElement()
        .asString()
        .startsWith("mixed/table ");
    assertThat(typed.refused("table describe mixed/visits"))
        .contains("not the description of a table");
  }

  @Test
  void keysAreNotWrittenAmongTheRowsOfATable() {
    fill(table(directory("rows")));
    typed.said("writemode on; kv use rows");
    for (String write : List.of("put k v", "putnew k v", "incr k", "mput a b", "delete k")) {
      assertThat(typed.refused("kv " + write)).contains("the directory rows has a table");
    }
    assertThat(typed.said("table count rows; table scan rows limit 1")).startsWith("4").hasSize(3);
  }

  @Test
  void rowsAreFoundByKeyAndByIndex() {
    fill(table(directory("queried")));
    String ann = "id=1  name=Ann  city=Oslo  height=1.7  tags=[x]";
    String bob = "id=2  name=Bob  city=Oslo  height=1.8  tags=[]";
    String cid = "id=3  name=Cid  city=Ota  height=1.6  tags=[x, y]";
    assertThat(typed.said("table get queried 1; table get queried 9"))
        .containsExactly(ann, "(9): not found");
    assertThat(typed.said("table query queried by-city Oslo")).containsExactly(ann, bob, "2 rows");
    assertThat(typed.said("table query queried by-city Oslo from 1.75"))
        .containsExactly(bob, "1 row");
    assertThat(typed.said("table query queried by-city starting O reverse limit 2"))
        .startsWith(cid, bob)
        .last()
        .asString()
        .startsWith("2 rows, and perhaps more: go on with");
    assertThat(typed.said("table query queried by-tag x")).containsExactly(ann, cid, "2 rows");
    assertThat(typed.said("table query queried by-name text:12")).hasSize(2);
    assertThat(typed.said("table scan queried from 2 to 4")).containsExactly(bob, cid, "2 rows");
    assertThat(typed.said("table count queried; table count queried by-city Oslo"))
        .containsExactly("4", "2");
    assertThat(typed.saidJson("table query queried by-city Ota"))
        .singleElement()
        .asString()
        .contains("\"rows\":[{\"id\":3,\"name\":\"Cid\",\"city\":\"Ota\",\"height\":1.6,")
        .contains("\"more\":false");
  }

  @Test
  void whatCannotBeAskedIsRefusedWithWords() {
    fill(table(directory("refusing")));
    assertThat(typed.refused("table get refusing 1 2")).contains("has 1 column(s), not 2");
    assertThat(typed.refused("table query refusing by-nothing")).contains("by-nothing");
    assertThat(typed.refused("table query refusing by-city a 1.0 x")).contains("2 columns");
    assertThat(typed.refused("table query refusing by-city limit none")).contains("is no limit");
    assertThat(typed.refused("table query refusing by-city limit"))
        .contains("needs a value behind it");
    assertThat(typed.refused("table query refusing by-city reverse x"))
        .contains("one word too many");
    assertThat(typed.refused("table query refusing by-city from a starting b")).contains("neither");
    assertThat(typed.refused("table get refusing uuid:1")).contains("`uuid:1' is no uuid");
    assertThat(typed.refused("table nonsense")).contains("unknown command `table nonsense'");
    assertThat(typed.refused("kv nonsense")).contains("unknown command `kv nonsense'");
    assertThat(typed.refused("kv cas a b")).contains("usage: kv cas KEY OLD NEW");
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
    assertThat(typed.said("table describe building"))
        .anyMatch(line -> line.matches("Index +by-city +building, 3 rows so far; .*"));
    assertThat(typed.refused("table query building by-city Oslo")).contains("is building");
  }

  @Test
  void entriesOfNoRowAreFound() {
    Subspace place = directory("checked");
    fill(table(place));
    assertThat(typed.said("table check checked"))
        .contains("by-name: 4 entries, 0 of them of no row")
        .contains("by-tag: 3 entries, 0 of them of no row");
    database.run(
        transaction -> {
          transaction.clear(place.get(0L).pack(2L));
          return null;
        });
    assertThat(typed.failed("table check checked"))
        .contains("by-name: 4 entries, 1 of them of no row", "Bob");
  }

  @Test
  void whatCannotBeCountedInOneTransactionIsCountedInSeveral() throws Exception {
    fillWithMany(table(directory("countless")));
    assertThat(typed.said("table count countless")).containsExactly("1,200");
    Reply counted = runSlowly(false, TableVerb.COUNT, "countless");
    assertThat(counted.lines()).containsExactly("1,200, not at one version");
    assertThat(counted.json().toString()).contains("\"atOneVersion\":false");
    assertThatThrownBy(() -> runSlowly(true, TableVerb.COUNT, "countless"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("too many to count within a transaction: `rollback'");
  }

  /** As all that is read, so that they are as consistent as was asked for, and end with a key. */
  @Test
  void partsOfACountAreReadOneAfterTheOtherThroughTheShell() throws Exception {
    fillWithMany(table(directory("in-parts")));
    AtomicInteger reads = new AtomicInteger();
    Transactions slow = new SlowTransactions(false);
    Transactions counted =
        new Transactions() {
          @Override
          public boolean inTransaction() {
            return false;
          }

          @Override
          public <T> T read(Function<ReadTransaction, CompletableFuture<T>> reading)
              throws InterruptedException, ExecutionException {
            reads.incrementAndGet();
            return slow.read(reading);
          }

          @Override
          public <T> T change(Function<Transaction, CompletableFuture<T>> changing) {
            throw new UnsupportedOperationException("nothing is changed");
          }
        };
    for (String query : List.of("in-parts", "in-parts by-city")) {
      reads.set(0);
      List<Bytes> words = Arrays.stream(query.split(" ")).map(Bytes::utf8).toList();
      Reply reply = new TableCommands(counted).run(TableVerb.COUNT, new Arguments(words));
      assertThat(reply.lines()).containsExactly("1,200, not at one version");
      // The try at one version, and two parts.
      assertThat(reads).hasValue(3);
    }
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
    return new TableCommands(new SlowTransactions(inTransaction))
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
    String told = typed.failed("table check dangling");
    assertThat(told)
        .contains("by-city: 1,200 entries, 1,197 of them of no row")
        .contains("by-name: 1,200 entries, 1,197 of them of no row");
    assertThat(told.lines().filter(line -> line.contains(" leads to "))).hasSize(10);
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
    assertThat(typed.said("table scan texts")).containsExactly("hello", "1 row");
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
    assertThat(typed.said("table get pretended 2")).containsExactly("\\x15\\x07\\x02seven\\x00");
    assertThat(typed.said("table scan pretended"))
        .containsExactly(
            "id=1  name=Ann  city=Oslo  height=1.7  tags=[x]",
            "\\x15\\x07\\x02seven\\x00",
            "\\x02id\\x00\\x15\\x03\\x02rest\\x00",
            "\\xff",
            "4 rows");
  }
}
