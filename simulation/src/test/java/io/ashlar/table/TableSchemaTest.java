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
          .hasMessageContaining("the component name of its rows is text, not integer");
      assertThat(reasonOf(other.create(database))).isEqualTo(Reason.INCOMPATIBLE);
    }
  }
}
