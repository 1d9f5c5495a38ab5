package io.ashlar.table;

import static io.ashlar.table.Refusals.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.Transaction;
import io.ashlar.client.TransactionContext;
import io.ashlar.core.SeededRandom;
import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Random calls against rows in a map, whose indexes are made anew for each question. */
class TableModelTest {
  private static final int CALLS = 700;
  private static final int KEYS = 12;
  private static final List<String> GROUPS = List.of("", "a", "a\0", "ab", "b");

  record Row(long id, String name, String group, Long rank, List<String> tags, List<Long> codes) {}

  /** An entry of an index of the model. */
  private record Entry(List<Object> values, Row row) {}

  private static final String NAME = "name";
  private static final String GROUP = "group";
  private static final String TAG = "tag";
  private static final String CODE = "code";
  private static final String RANKED = "ranked";
  private static final List<String> INDEXES = List.of(CODE, GROUP, NAME, RANKED, TAG);
  private static final List<String> UNIQUE = List.of(CODE, NAME);

  private final Table<Long, Row> table =
      new Table<>(
          new Subspace(new byte[] {'m'}),
          PrimaryKey.longs(),
          Row::id,
          RecordCodec.of(Row.class),
          List.of(
              Index.<Row>on(NAME, Row::name).unique().where(row -> row.name() != null),
              Index.on(GROUP, Row::group, Row::rank),
              Index.each(TAG, Row::tags),
              Index.<Row>each(CODE, Row::codes).unique().covering(Row::name),
              Index.<Row>on(RANKED, Row::rank, Row::group)
                  .where(row -> row.rank() != null && row.rank() > 1)
                  .covering(Row::name, Row::group)));

  private static int compare(Object one, Object other) {
    if (one == null || other == null) {
      return Boolean.compare(one != null, other != null);
    }
    return one instanceof Long number
        ? number.compareTo((Long) other)
        : ((String) one).compareTo((String) other);
  }

  /** As far as both go. */
  private static int compare(List<Object> one, List<Object> other) {
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      int order = compare(one.get(i), other.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static List<Object> values(Object... columns) {
    List<Object> values = new ArrayList<>();
    Collections.addAll(values, columns);
    return values;
  }

  private static List<Entry> entries(String index, Row row) {
    List<Entry> found = new ArrayList<>();
    switch (index) {
      case NAME -> {
        if (row.name() != null) {
          found.add(new Entry(values(row.name()), row));
        }
      }
      case GROUP -> found.add(new Entry(values(row.group(), row.rank()), row));
      case TAG -> new TreeSet<>(row.tags()).forEach(tag -> found.add(new Entry(values(tag), row)));
      case CODE ->
          new TreeSet<>(row.codes()).forEach(code -> found.add(new Entry(values(code), row)));
      default -> {
        if (row.rank() != null && row.rank() > 1) {
          found.add(new Entry(values(row.rank(), row.group()), row));
        }
      }
    }
    return found;
  }

  /** All entries of an index, or of the primary key for null, in order. */
  private static List<Entry> all(String index, TreeMap<Long, Row> rows) {
    List<Entry> all = new ArrayList<>();
    for (Row row : rows.values()) {
      all.addAll(index == null ? List.of(new Entry(values(row.id()), row)) : entries(index, row));
    }
    Comparator<Entry> byValues = (one, other) -> compare(one.values(), other.values());
    all.sort(byValues.thenComparing(entry -> entry.row().id()));
    return all;
  }

  private static boolean isUnique(TreeMap<Long, Row> rows) {
    for (String index : UNIQUE) {
      List<Entry> all = all(index, rows);
      for (int i = 1; i < all.size(); i++) {
        if (all.get(i).values().equals(all.get(i - 1).values())) {
          return false;
        }
      }
    }
    return true;
  }

  private Row newRow(RandomGenerator random, long id) {
    List<String> tags = new ArrayList<>();
    List<Long> codes = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      tags.add("t" + random.nextInt(3));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      codes.add((long) random.nextInt(25));
    }
    return new Row(
        id,
        random.nextInt(5) == 0 ? null : "n" + random.nextInt(20),
        random.nextInt(6) == 0 ? null : GROUPS.get(random.nextInt(GROUPS.size())),
        random.nextInt(6) == 0 ? null : random.nextLong(5),
        tags,
        codes);
  }

  private static long key(RandomGenerator random) {
    return random.nextInt(KEYS);
  }

  @Property(tries = 12, seed = "20261126", shrinking = ShrinkingMode.OFF)
  void tableDoesWhatAMapWithIndexesDoes(@ForAll long seed) {
    RandomGenerator random = new SeededRandom(seed);
    TreeMap<Long, Row> rows = new TreeMap<>();
    try (Database database = Ashlar.inMemory()) {
      table.create(database).join();
      TreeSet<String> unreadable = new TreeSet<>();
      for (int i = 0; i < CALLS; i++) {
        switch (random.nextInt(12)) {
          case 0 -> rebuild(database, random, unreadable);
          case 1, 2 -> together(database, random, rows, unreadable);
          case 3, 4, 5, 6 -> change(database, random, rows);
          default -> look(database, random, rows, unreadable);
        }
      }
      for (String index : INDEXES) {
        table.addIndex(database, index).join();
        table.newIndexBuild(database, index, PassOptions.defaults()).run().join();
      }
      unreadable.clear();
      for (int i = 0; i < 50; i++) {
        look(database, random, rows, unreadable);
      }
      Scrub.Report report = table.newScrub(database, false, PassOptions.defaults()).run().join();
      long entries = INDEXES.stream().mapToLong(index -> all(index, rows).size()).sum();
      assertThat(report).isEqualTo(new Scrub.Report(rows.size(), entries, 0, 0, 0, 0, List.of()));
    }
  }

  /** Unique indexes stay: without them the model would have to let more happen. */
  private void rebuild(Database database, RandomGenerator random, TreeSet<String> unreadable) {
    String index = List.of(GROUP, RANKED, TAG).get(random.nextInt(3));
    switch (random.nextInt(3)) {
      case 0 -> {
        table.dropIndex(database, index).join();
        unreadable.add(index);
      }
      case 1 -> {
        if (table.addIndex(database, index).join() == IndexState.READABLE) {
          unreadable.remove(index);
        }
      }
      default -> {
        PassOptions some = new PassOptions(1 + random.nextInt(8), Duration.ZERO);
        IndexBuild<Long, Row> build = table.newIndexBuild(database, index, some);
        if (table.states(database).join().get(index) == IndexState.DROPPED) {
          assertThat(reasonOf(build.stepOnce())).isEqualTo(Reason.INDEX_NOT_READABLE);
        } else if (build.stepOnce().join().finished()) {
          unreadable.remove(index);
        }
      }
    }
  }

  /** Several calls in a transaction, which may come to nothing. */
  private void together(
      Database database,
      RandomGenerator random,
      TreeMap<Long, Row> rows,
      TreeSet<String> unreadable) {
    TreeMap<Long, Row> own = new TreeMap<>(rows);
    try (Transaction transaction = database.createTransaction()) {
      for (int i = 1 + random.nextInt(5); i > 0; i--) {
        if (random.nextInt(3) == 0) {
          look(transaction, random, own, unreadable);
        } else {
          change(transaction, random, own);
        }
      }
      if (random.nextInt(4) != 0) {
        transaction.commitBlocking();
        rows.clear();
        rows.putAll(own);
      }
    }
  }

  private void change(TransactionContext context, RandomGenerator random, TreeMap<Long, Row> rows) {
    switch (random.nextInt(6)) {
      case 0 -> {
        long key = key(random);
        assertThat(table.delete(context, key).join()).isEqualTo(rows.remove(key));
      }
      case 1 -> {
        List<Long> keys = someKeys(random);
        List<Row> before = keys.stream().map(rows::remove).toList();
        assertThat(table.deleteAll(context, keys).join()).isEqualTo(before);
      }
      case 2 -> {
        Row row = newRow(random, key(random));
        TreeMap<Long, Row> after = new TreeMap<>(rows);
        after.put(row.id(), row);
        Reason reason =
            rows.containsKey(row.id())
                ? Reason.ALREADY_THERE
                : isUnique(after) ? null : Reason.NOT_UNIQUE;
        assertThat(reasonOf(table.insert(context, row))).isEqualTo(reason);
        if (reason == null) {
          rows.put(row.id(), row);
        }
      }
      case 3 -> {
        List<Row> several = someKeys(random).stream().map(key -> newRow(random, key)).toList();
        put(rows, several, reasonOf(table.putAll(context, several)));
      }
      default -> {
        Row row = newRow(random, key(random));
        put(rows, List.of(row), reasonOf(table.put(context, row)));
      }
    }
  }

  private void put(TreeMap<Long, Row> rows, List<Row> several, Reason reason) {
    TreeMap<Long, Row> after = new TreeMap<>(rows);
    several.forEach(row -> after.put(row.id(), row));
    assertThat(reason).isEqualTo(isUnique(after) ? null : Reason.NOT_UNIQUE);
    if (reason == null) {
      rows.putAll(after);
    }
  }

  private static List<Long> someKeys(RandomGenerator random) {
    TreeSet<Long> keys = new TreeSet<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      keys.add(key(random));
    }
    List<Long> some = new ArrayList<>(keys);
    if (random.nextBoolean()) {
      Collections.reverse(some);
    }
    return some;
  }

  private void look(
      TransactionContext context,
      RandomGenerator random,
      TreeMap<Long, Row> rows,
      TreeSet<String> unreadable) {
    switch (random.nextInt(4)) {
      case 0 -> {
        List<Long> keys = someKeys(random);
        assertThat(table.getAll(context, keys).join())
            .isEqualTo(keys.stream().map(rows::get).toList());
      }
      case 1 -> {
        String index = UNIQUE.get(random.nextInt(2));
        Object value =
            index.equals(NAME) ? (Object) ("n" + random.nextInt(20)) : random.nextLong(25);
        List<Entry> found =
            all(index, rows).stream().filter(entry -> entry.values().get(0).equals(value)).toList();
        assertThat(table.getBy(context, index, converted(random, value)).join())
            .isEqualTo(found.isEmpty() ? null : found.get(0).row());
      }
      default -> {
        int index = random.nextInt(INDEXES.size() + 1);
        query(
            context, random, rows, index == INDEXES.size() ? null : INDEXES.get(index), unreadable);
      }
    }
  }

  /** A number may be asked for as one of another type. */
  private static Object converted(RandomGenerator random, Object value) {
    return value instanceof Long number && random.nextInt(3) == 0
        ? (Object) number.doubleValue()
        : value;
  }

  private static Object[] converted(RandomGenerator random, List<Object> values) {
    return values.stream().map(value -> converted(random, value)).toArray();
  }

  /** What could be in the first columns of an index. */
  private List<Object> someValues(RandomGenerator random, String index, int columns) {
    Row row = newRow(random, key(random));
    List<Object> values =
        index == null
            ? values(row.id())
            : switch (index) {
              case NAME -> values(Objects.requireNonNullElse(row.name(), "n"));
              case GROUP -> values(row.group(), row.rank());
              case TAG -> values("t" + random.nextInt(4));
              case CODE -> values(random.nextLong(25));
              default -> values(row.rank(), row.group());
            };
    return values.subList(0, Math.min(columns, values.size()));
  }

  private void query(
      TransactionContext context,
      RandomGenerator random,
      TreeMap<Long, Row> rows,
      String index,
      TreeSet<String> unreadable) {
    Query<Long, Row> query = index == null ? table.scan() : table.query(index);
    int columns = GROUP.equals(index) || RANKED.equals(index) ? 2 : 1;
    Predicate<Entry> holds = entry -> true;
    int equal = random.nextInt(columns + 1);
    List<Object> first = someValues(random, index, equal);
    if (equal > 0) {
      query = query.equalTo(converted(random, first));
      holds = entry -> compare(entry.values(), first) == 0;
    }
    if (equal < columns) {
      if (random.nextInt(3) == 0) {
        List<Object> from = new ArrayList<>(first);
        from.addAll(someValues(random, index, columns).subList(equal, columns));
        query = query.from(converted(random, from.subList(equal, columns)));
        holds = holds.and(entry -> compare(entry.values(), from) >= 0);
      }
      if (random.nextInt(3) == 0) {
        List<Object> to = new ArrayList<>(first);
        to.addAll(someValues(random, index, columns).subList(equal, columns));
        query = query.to(converted(random, to.subList(equal, columns)));
        holds = holds.and(entry -> compare(entry.values(), to) < 0);
      }
      if (equal == 0 && GROUP.equals(index) && random.nextInt(3) == 0) {
        String prefix = GROUPS.get(random.nextInt(GROUPS.size()));
        query = query.startingWith(prefix);
        holds =
            holds.and(
                entry ->
                    entry.values().get(0) != null
                        && ((String) entry.values().get(0)).startsWith(prefix));
      }
    }
    List<Entry> expected = new ArrayList<>(all(index, rows).stream().filter(holds).toList());
    if (random.nextBoolean()) {
      query = query.reversed();
      Collections.reverse(expected);
    }
    if (unreadable.contains(String.valueOf(index))) {
      assertThat(reasonOf(query.count(context))).isEqualTo(Reason.INDEX_NOT_READABLE);
      return;
    }
    expect(context, random, query, index, expected);
  }

  private void expect(
      TransactionContext context,
      RandomGenerator random,
      Query<Long, Row> query,
      String index,
      List<Entry> expected) {
    assertThat(query.count(context).join()).isEqualTo(expected.size());
    Query<Long, Row> few = query.limit(1 + random.nextInt(5));
    List<Row> found = new ArrayList<>();
    byte[] at = null;
    do {
      TablePage<Row> page = few.page(context, at).join();
      found.addAll(page.found());
      at = page.continuation();
    } while (at != null);
    assertThat(found).isEqualTo(expected.stream().map(Entry::row).toList());
    if (index == null) {
      return;
    }
    List<IndexEntry<Long>> told = new ArrayList<>();
    do {
      TablePage<IndexEntry<Long>> page = few.entries(context, at).join();
      told.addAll(page.found());
      at = page.continuation();
    } while (at != null);
    assertThat(told).isEqualTo(expected.stream().map(entry -> told(index, entry)).toList());
  }

  private static IndexEntry<Long> told(String index, Entry entry) {
    Row row = entry.row();
    Tuple covered =
        switch (index) {
          case CODE -> Tuple.from(row.name());
          case RANKED -> Tuple.from(row.name(), row.group());
          default -> new Tuple();
        };
    return new IndexEntry<>(Tuple.fromList(entry.values()), row.id(), covered);
  }
}
