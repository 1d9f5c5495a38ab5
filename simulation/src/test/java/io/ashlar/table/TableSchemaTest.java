package io.ashlar.table;

import static io.ashlar.table.Refusals.errorOf;
import static io.ashlar.table.Refusals.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Subspace;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Processes of different age on one table. */
@Timeout(120)
class TableSchemaTest {
  private static final Subspace PLACE = new Subspace(new byte[] {'s'});

  record Early(long id, String name) {}

  record Late(long id, String name, String note) {}

  private static <V extends Record> Table<Long, V> table(Class<V> type, Function<V, Long> id) {
    return new Table<>(PLACE, PrimaryKey.longs(), id, RecordCodec.of(type), List.of());
  }

  private final Table<Long, Early> early = table(Early.class, Early::id);
  private final Table<Long, Late> late = table(Late.class, Late::id);

  /**
   * The new program wrote a note before anyone had called create with it; the old one changed the
   * name then, and the note was lost.
   */
  @Test
  void newComponentIsNotLostByAProcessThatDoesNotKnowIt() {
    try (Database database = Ashlar.inMemory()) {
      early.create(database).join();
      early.put(database, new Early(1, "ann")).join();
      // Not yet: the old one could write over it.
      assertThat(reasonOf(late.put(database, new Late(1, "ann", "vip"))))
          .isEqualTo(Reason.INCOMPATIBLE);
      assertThat(errorOf(late.put(database, new Late(1, "ann", "vip"))))
          .hasMessageContaining("component note")
          .hasMessageContaining("call create first");
      assertThat(late.get(database, 1L).join()).isEqualTo(new Late(1, "ann", null));
      early.put(database, new Early(1, "anna")).join();

      late.create(database).join();
      late.put(database, new Late(1, "anna", "vip")).join();
      assertThat(errorOf(early.put(database, new Early(1, "annie"))))
          .hasMessageContaining("component note")
          .hasMessageContaining("can read");
      assertThat(reasonOf(early.delete(database, 1L))).isEqualTo(Reason.INCOMPATIBLE);
      assertThat(reasonOf(early.putAll(database, List.of(new Early(2, "bob")))))
          .isEqualTo(Reason.INCOMPATIBLE);
      assertThat(reasonOf(early.create(database))).isEqualTo(Reason.INCOMPATIBLE);
      assertThat(early.get(database, 1L).join()).isEqualTo(new Early(1, "anna"));
      assertThat(early.scan().page(database).join().found()).containsExactly(new Early(1, "anna"));
      assertThat(late.get(database, 1L).join()).isEqualTo(new Late(1, "anna", "vip"));
    }
  }

  /** What one call has found out about the table holds until the table is changed, not longer. */
  @Test
  void writerThatWasGoodIsRefusedAsSoonAsTheTableHasMore() {
    try (Database database = Ashlar.inMemory()) {
      early.create(database).join();
      for (long id = 0; id < 5; id++) {
        early.put(database, new Early(id, "n")).join();
      }
      database.run(
          transaction -> {
            early.put(transaction, new Early(5, "n")).join();
            late.create(transaction).join();
            assertThat(reasonOf(early.put(transaction, new Early(6, "n"))))
                .isEqualTo(Reason.INCOMPATIBLE);
            return null;
          });
      assertThat(reasonOf(early.put(database, new Early(7, "n")))).isEqualTo(Reason.INCOMPATIBLE);
      assertThat(late.scan().count(database).join()).isEqualTo(6);
    }
  }

  record Other(long id, long name) {}

  @Test
  void componentThatIsOfAnotherKindIsRefusedToReadersToo() {
    try (Database database = Ashlar.inMemory()) {
      late.create(database).join();
      Table<Long, Other> other = table(Other.class, Other::id);
      assertThat(errorOf(other.get(database, 1L)))
          .hasMessageContaining("the component name of its rows is text, not integer of 64 bits");
      assertThat(reasonOf(other.create(database))).isEqualTo(Reason.INCOMPATIBLE);
    }
  }

  record Plain(long id, long count, boolean flag, double real) {}

  record Boxed(long id, Long count, Boolean flag, Double real) {}

  /**
   * A row with null got 0 from a program whose component is a {@code long}: the entry with null
   * stayed when the row changed, since that program removed the one with 0.
   */
  @Test
  void componentThatMayBeNullIsNotOneThatMayNot() {
    try (Database database = Ashlar.inMemory()) {
      Table<Long, Plain> plain = table(Plain.class, Plain::id);
      Table<Long, Boxed> boxed = table(Boxed.class, Boxed::id);
      boxed.create(database).join();
      boxed.put(database, new Boxed(1, null, null, null)).join();
      assertThat(errorOf(plain.get(database, 1L)))
          .hasMessageContaining(
              "the component count of its rows is integer of 64 bits or none, not integer of 64"
                  + " bits;")
          .hasMessageContaining("0 and none are not the same there")
          .hasMessageContaining("a component with another name");
      assertThat(reasonOf(plain.create(database))).isEqualTo(Reason.INCOMPATIBLE);
      assertThat(reasonOf(plain.put(database, new Plain(1, 2, true, 1))))
          .isEqualTo(Reason.INCOMPATIBLE);
      assertThat(boxed.get(database, 1L).join()).isEqualTo(new Boxed(1, null, null, null));
    }
    try (Database database = Ashlar.inMemory()) {
      table(Plain.class, Plain::id).create(database).join();
      assertThat(errorOf(table(Boxed.class, Boxed::id).create(database)))
          .hasMessageContaining("is integer of 64 bits, not integer of 64 bits or none;");
    }
  }

  record Narrow(long id, int count) {}

  record Wide(long id, long count) {}

  /** A program that counts in 32 bits met rows that it could not read, and could write others. */
  @Test
  void componentThatBecomesWiderIsOneOnceCreateWasCalled() {
    try (Database database = Ashlar.inMemory()) {
      Table<Long, Narrow> narrow = table(Narrow.class, Narrow::id);
      Table<Long, Wide> wide = table(Wide.class, Wide::id);
      narrow.create(database).join();
      narrow.put(database, new Narrow(1, -7)).join();
      assertThat(wide.get(database, 1L).join()).isEqualTo(new Wide(1, -7));
      assertThat(errorOf(wide.put(database, new Wide(2, 5_000_000_000L))))
          .hasMessageContaining("integer of 64 bits, and in the table integer of 32 bits")
          .hasMessageContaining("call create first");
      narrow.put(database, new Narrow(2, 3)).join();

      wide.create(database).join();
      wide.put(database, new Wide(2, 5_000_000_000L)).join();
      assertThat(errorOf(narrow.put(database, new Narrow(1, 8))))
          .hasMessageContaining("is integer of 64 bits, and integer of 32 bits in this process")
          .hasMessageContaining("can read");
      assertThat(reasonOf(narrow.delete(database, 1L))).isEqualTo(Reason.INCOMPATIBLE);
      assertThat(reasonOf(narrow.create(database))).isEqualTo(Reason.INCOMPATIBLE);
      assertThat(narrow.get(database, 1L).join()).isEqualTo(new Narrow(1, -7));
      assertThat(errorOf(narrow.get(database, 2L)))
          .hasMessageContaining("component count holds more");
      assertThat(reasonOf(narrow.get(database, 2L))).isEqualTo(Reason.INCOMPATIBLE);
      assertThat(wide.get(database, 2L).join()).isEqualTo(new Wide(2, 5_000_000_000L));
    }
  }
}
