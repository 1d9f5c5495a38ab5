package io.ashlar.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.Keys;
import io.ashlar.core.MalformedException;
import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RangeCursorTest {
  private static List<KeyRange> read(Bytes encoded) {
    List<KeyRange> ranges = new ArrayList<>();
    RangeCursor cursor = new RangeCursor().reset(encoded);
    while (cursor.next()) {
      Bytes begin = slice(cursor, cursor.beginFrom(), cursor.beginLength());
      Bytes end = slice(cursor, cursor.endFrom(), cursor.endLength());
      KeyRange range = new KeyRange(begin, cursor.isSingle() ? Keys.after(begin) : end);
      assertThat(cursor.isEmpty()).isEqualTo(range.isEmpty());
      ranges.add(range);
    }
    return ranges;
  }

  private static Bytes slice(RangeCursor cursor, int from, int length) {
    return Bytes.copyOf(cursor.array(), from, from + length);
  }

  @Test
  void readsWhatWasEncoded() {
    Bytes longest = Bytes.wrap(new byte[10_000]);
    List<KeyRange> ranges =
        List.of(
            KeyRange.ofKey(Bytes.EMPTY),
            Keys.ALL,
            new KeyRange(Bytes.utf8("b"), Bytes.utf8("a")),
            new KeyRange(Bytes.utf8("b"), Bytes.utf8("b")),
            KeyRange.ofKey(longest),
            new KeyRange(Bytes.wrap(new byte[300]), Keys.after(longest)));
    assertThat(read(KeyRanges.encode(ranges))).isEqualTo(ranges);
    assertThat(read(Bytes.EMPTY)).isEmpty();
  }

  @Test
  void refusesWhatIsNotWhole() {
    Bytes whole = KeyRanges.encode(List.of(new KeyRange(Bytes.utf8("abc"), Bytes.utf8("abd"))));
    for (int length = 1; length < whole.length(); length++) {
      Bytes cut = whole.slice(0, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void refusesKeysThatAreTooLong() {
    Bytes tooLong =
        new ByteWriter(16).putVarint(10_002).putRaw(Bytes.wrap(new byte[20_000])).toBytes();
    assertThatThrownBy(() -> read(tooLong))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("10002");
    Bytes hugeLength = new ByteWriter(16).putVarint(-1).toBytes();
    assertThatThrownBy(() -> read(hugeLength)).isInstanceOf(MalformedException.class);
  }

  @Property(tries = 2_000, seed = "7")
  void anyBytesAreReadOrRefused(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    byte[] garbage = new byte[random.nextInt(12)];
    for (int i = 0; i < garbage.length; i++) {
      garbage[i] = (byte) (random.chance(900_000) ? random.nextInt(4) : random.nextInt(256));
    }
    Bytes encoded = Bytes.wrap(garbage);
    List<KeyRange> expected;
    try {
      expected = KeyRanges.decode(encoded);
    } catch (MalformedException e) {
      assertThatThrownBy(() -> read(encoded)).isInstanceOf(MalformedException.class);
      return;
    }
    assertThat(read(encoded)).isEqualTo(expected);
  }
}
