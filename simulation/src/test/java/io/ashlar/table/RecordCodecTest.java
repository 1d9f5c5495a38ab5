package io.ashlar.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.table.TableException.Reason;
import io.ashlar.table.cbor.CborCodec;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rows that another program wrote, or nobody. */
@Timeout(120)
class RecordCodecTest {
  record Wide(long id, long count, List<Long> counts) {}

  record Narrow(long id, int count, List<Short> counts) {}

  private final RecordCodec<Narrow> narrow = RecordCodec.of(Narrow.class);

  private static byte[] row(Object... namesAndValues) {
    return Tuple.from(namesAndValues).pack();
  }

  /** It was told as a row that is none, as if something had spoilt it. */
  @Test
  void numberThatDoesNotFitIsOneOfAnotherProgram() {
    List<Wide> wides =
        List.of(
            new Wide(1, 5_000_000_000L, List.of()),
            new Wide(1, Integer.MIN_VALUE - 1L, List.of()),
            new Wide(1, 0, List.of(1L, 32_768L)));
    for (Wide wide : wides) {
      byte[] packed = RecordCodec.of(Wide.class).encode(wide);
      byte[] cbor = CborCodec.of(Wide.class).encode(wide);
      assertThatThrownBy(() -> narrow.decode(packed))
          .isInstanceOfSatisfying(
              TableException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INCOMPATIBLE))
          .hasMessageContaining("component count");
      assertThatThrownBy(() -> CborCodec.of(Narrow.class).decode(cbor))
          .isInstanceOfSatisfying(
              TableException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INCOMPATIBLE));
    }
    BigInteger larger = BigInteger.TWO.pow(64);
    assertThatThrownBy(() -> RecordCodec.of(Wide.class).decode(row("id", larger)))
        .isInstanceOf(TableException.class);
    Wide fits = new Wide(1, Integer.MIN_VALUE, List.of(-32_768L));
    assertThat(narrow.decode(RecordCodec.of(Wide.class).encode(fits)))
        .isEqualTo(new Narrow(1, Integer.MIN_VALUE, List.of((short) -32_768)));
  }

  @Test
  void whatIsNoRecordIsRefused() {
    List<byte[]> bad =
        List.of(
            row("id"),
            row(7, 8),
            row(null, 8),
            row("id", "text"),
            row("id", 1.5),
            row("counts", 7),
            row("counts", List.of("text")));
    for (byte[] bytes : bad) {
      assertThatThrownBy(() -> narrow.decode(bytes))
          .as(Arrays.toString(bytes))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** It came up as a {@code ClassCastException}. */
  @Test
  void rowWhoseNamesAreNoTextIsCorrupt() {
    Subspace place = new Subspace(new byte[] {'r'});
    Table<Long, Narrow> rows =
        new Table<>(place, PrimaryKey.longs(), Narrow::id, narrow, List.of());
    try (Database database = Ashlar.inMemory()) {
      rows.create(database).join();
      for (byte[] bytes : List.of(row(7, 8), row("id"))) {
        database.run(
            transaction -> {
              transaction.set(place.get(0L).pack(1L), bytes);
              return null;
            });
        assertThat(Refusals.reasonOf(rows.get(database, 1L))).isEqualTo(Reason.CORRUPT);
      }
    }
  }

  /** What such a codec does to its array was done to what is written, and to the caller's. */
  @Test
  void codecMayKeepAndChangeItsArray() {
    RowCodec<byte[]> inverted =
        RowCodec.of(
            "inverted",
            row -> row,
            bytes -> {
              for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ~bytes[i];
              }
              return bytes;
            });
    Table<Long, byte[]> rows =
        new Table<>(
            new Subspace(new byte[] {'i'}), PrimaryKey.longs(), row -> 1L, inverted, List.of());
    try (Database database = Ashlar.inMemory()) {
      rows.create(database).join();
      byte[] row = {1, 2, 3};
      rows.put(database, row).join();
      assertThat(row).containsExactly(1, 2, 3);
      assertThat(rows.get(database, 1L).join()).containsExactly(~1, ~2, ~3);
    }
  }
}
