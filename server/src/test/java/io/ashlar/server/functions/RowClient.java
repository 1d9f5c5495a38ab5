package io.ashlar.server.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.client.Database;
import io.ashlar.client.Transaction;
import io.ashlar.core.SeededRandom;
import io.ashlar.table.Index;
import io.ashlar.table.PrimaryKey;
import io.ashlar.table.Query;
import io.ashlar.table.RecordCodec;
import io.ashlar.table.Table;
import io.ashlar.table.TableException;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Rows of a table with secondary indexes, queried by attributes. */
final class RowClient extends ModelledClient<SortedMap<Long, RowClient.Person>> {
  private static final int IDS = 40;
  private static final int EMAILS = 60;
  private static final List<String> CITIES = List.of("Bern", "Berlin", "Lima", "Oslo");

  /** A row of the table. */
  record Person(String owner, long id, String email, String city, int age) {}

  private final Table<Tuple, Person> table;

  RowClient(Subspace place, String name, SeededRandom random) {
    super(name, random, new TreeMap<>());
    table = table(place);
  }

  static Table<Tuple, Person> table(Subspace place) {
    return new Table<>(
        place,
        PrimaryKey.tuples(2),
        person -> Tuple.from(person.owner(), person.id()),
        RecordCodec.of(Person.class),
        List.of(
            Index.<Person>on("by-email", Person::email).unique(),
            Index.on("by-city", Person::owner, Person::city, Person::age)));
  }

  @Override
  SortedMap<Long, Person> copy(SortedMap<Long, Person> original) {
    return new TreeMap<>(original);
  }

  @Override
  void operate(Transaction transaction, SeededRandom draws, SortedMap<Long, Person> changed) {
    long id = draws.nextInt(IDS);
    switch (draws.nextInt(6)) {
      case 0, 1 -> put(transaction, draws, changed, id);
      case 2 ->
          assertThat(table.delete(transaction, Tuple.from(name(), id)).join())
              .isEqualTo(changed.remove(id));
      case 3 -> {
        String email = email(draws);
        assertThat(table.getBy(transaction, "by-email", email).join())
            .isEqualTo(having(changed, email));
      }
      case 4 ->
          assertThat(table.get(transaction, Tuple.from(name(), id)).join())
              .isEqualTo(changed.get(id));
      default -> query(transaction, draws, changed);
    }
  }

  private String email(SeededRandom draws) {
    return name() + "-" + draws.nextInt(EMAILS) + "@example.com";
  }

  private static Person having(SortedMap<Long, Person> all, String email) {
    return all.values().stream()
        .filter(person -> person.email().equals(email))
        .findFirst()
        .orElse(null);
  }

  private void put(
      Transaction transaction, SeededRandom draws, SortedMap<Long, Person> changed, long id) {
    String city = CITIES.get(draws.nextInt(CITIES.size()));
    Person person = new Person(name(), id, email(draws), city, draws.nextInt(20));
    Person other = having(changed, person.email());
    if (other != null && other.id() != id) {
      assertThatThrownBy(() -> table.put(transaction, person).join())
          .rootCause()
          .isInstanceOfSatisfying(
              TableException.class,
              refused -> assertThat(refused.reason()).isEqualTo(TableException.Reason.NOT_UNIQUE));
    } else {
      assertThat(table.put(transaction, person).join()).isEqualTo(changed.put(id, person));
    }
  }

  private void query(Transaction transaction, SeededRandom draws, SortedMap<Long, Person> changed) {
    Query<Tuple, Person> query = table.query("by-city").equalTo(name());
    Comparator<Person> order =
        Comparator.comparing(Person::city).thenComparing(Person::age).thenComparing(Person::id);
    Stream<Person> expected = changed.values().stream();
    if (draws.nextBoolean()) {
      query = query.startingWith("Ber");
      expected = expected.filter(person -> person.city().startsWith("Ber"));
    } else {
      String city = CITIES.get(draws.nextInt(CITIES.size()));
      int from = draws.nextInt(20);
      int to = draws.nextInt(20);
      query = query.equalTo(city).from(from).to(to);
      expected =
          expected.filter(
              person ->
                  Objects.equals(person.city(), city) && person.age() >= from && person.age() < to);
    }
    if (draws.nextBoolean()) {
      query = query.reversed();
      order = order.reversed();
    }
    List<Person> all = expected.sorted(order).toList();
    assertThat(query.count(transaction).join()).isEqualTo(all.size());
    int limit = 1 + draws.nextInt(10);
    assertThat(query.limit(limit).page(transaction).join().found())
        .isEqualTo(all.subList(0, Math.min(limit, all.size())));
  }

  @Override
  void check(Database database) {
    assertThat(table.scan().equalTo(name()).page(database).join().found())
        .isEqualTo(List.copyOf(model().values()));
  }
}
