package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeySelector;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Keys b, d, f and h are there, with their own names as values; a to k is known. */
class TransactionViewTest {
  private final TransactionView view = new TransactionView(initial(), range("a", "k"));

  private static Map<Bytes, Bytes> initial() {
    Map<Bytes, Bytes> rows = new TreeMap<>();
    for (String key : List.of("b", "d", "f", "h")) {
      rows.put(key(key), key(key));
    }
    return rows;
  }

  private static Bytes key(String text) {
    return Bytes.utf8(text);
  }

  private static KeyRange range(String begin, String end) {
    return new KeyRange(key(begin), key(end));
  }

  private static KeySelector selector(String key, boolean orEqual, int offset) {
    return new KeySelector(key(key), orEqual, offset);
  }

  private static KeySelector at(String key) {
    return KeySelector.firstGreaterOrEqual(key(key));
  }

  private static Seen value(String value) {
    return new Seen.Value(value == null ? null : key(value));
  }

  private static Seen found(String key) {
    return new Seen.Key(key(key));
  }

  private static Seen rows(String... keys) {
    List<KeyValue> rows = new ArrayList<>();
    for (String key : keys) {
      rows.add(new KeyValue(key(key), key(key)));
    }
    return new Seen.Rows(rows);
  }

  private static final Seen UNREADABLE = new Seen.Unreadable();

  private static void right(Expectation expectation, Seen seen) {
    assertThat(expectation.judge(seen)).isNull();
  }

  private static void wrong(Expectation expectation, Seen seen) {
    assertThat(expectation.judge(seen)).contains("and should give");
  }

  private void set(String key, String value) {
    view.write(Mutation.set(key(key), key(value)));
  }

  private void clear(String begin, String end) {
    view.write(Mutation.clearRange(key(begin), key(end)));
  }

  @Test
  void aValueIsWhatWasThereUntilItIsWritten() {
    right(view.get(key("b")), value("b"));
    wrong(view.get(key("b")), value(null));
    right(view.get(key("c")), value(null));
    wrong(view.get(key("c")), value("x"));
    set("b", "x");
    right(view.get(key("b")), value("x"));
    wrong(view.get(key("b")), value("b"));
    view.write(new Mutation(MutationType.APPEND_IF_FITS, key("b"), key("y")));
    right(view.get(key("b")), value("xy"));
    clear("b", "c");
    wrong(view.get(key("b")), value("xy"));
  }

  @Test
  void selectorsCountKeysInBothDirections() {
    right(view.getKey(selector("d", false, 1)), found("d"));
    right(view.getKey(selector("d", true, 1)), found("f"));
    right(view.getKey(selector("d", false, 0)), found("b"));
    right(view.getKey(selector("d", true, 0)), found("d"));
    right(view.getKey(selector("c", true, 3)), found("h"));
    right(view.getKey(selector("g", false, -2)), found("b"));
    wrong(view.getKey(selector("d", true, 1)), found("d"));
    wrong(view.getKey(selector("c", true, 3)), found("f"));
  }

  @Test
  void selectorsCountOwnWrites() {
    set("e", "e");
    clear("f", "g");
    right(view.getKey(selector("d", true, 1)), found("e"));
    right(view.getKey(selector("d", true, 2)), found("h"));
    wrong(view.getKey(selector("d", true, 2)), found("f"));
  }

  @Test
  void selectorsThatLeaveWhatIsKnownGoToThatSide() {
    Expectation above = view.getKey(selector("d", true, 3));
    right(above, found("k"));
    right(above, found("zebra"));
    wrong(above, found("h"));
    Expectation below = view.getKey(selector("d", false, -1));
    right(below, new Seen.Key(Keys.FIRST));
    wrong(below, found("b"));
    assertThat(view.getKey(selector("", false, 1)).isAnything()).isTrue();
    assertThat(view.getKey(selector("x", false, 0)).isAnything()).isTrue();
  }

  @Test
  void selectorsRunOffBothEndsOfTheDatabaseWhenAllElseIsCleared() {
    view.write(Mutation.clearRange(Keys.FIRST, key("a")));
    view.write(Mutation.clearRange(key("k"), Keys.USER_END));
    right(view.getKey(selector("d", true, 3)), new Seen.Key(Keys.USER_END));
    wrong(view.getKey(selector("d", true, 3)), found("zebra"));
    right(view.getKey(selector("d", false, -40)), new Seen.Key(Keys.FIRST));
    right(view.getKey(selector("", false, 1)), found("b"));
    right(view.getKey(new KeySelector(Keys.USER_END, true, 0)), found("h"));
    right(view.getRange(selector("", false, 1), at("e"), 0, false), rows("b", "d"));
    right(
        view.getRange(selector("b", false, -5), selector("b", false, 9), 0, true),
        rows("h", "f", "d", "b"));
  }

  @Test
  void rangesEndAtTheirLimitFromEitherSide() {
    right(view.getRange(at("a"), at("k"), 0, false), rows("b", "d", "f", "h"));
    right(view.getRange(at("b"), at("h"), 0, true), rows("f", "d", "b"));
    right(view.getRange(at("a"), at("k"), 2, false), rows("b", "d"));
    right(view.getRange(at("a"), at("k"), 2, true), rows("h", "f"));
    right(view.getRange(at("f"), at("d"), 0, false), rows());
    right(view.getRange(at("d"), at("d"), 0, false), rows());
    right(view.getRange(selector("b", true, 2), selector("h", false, 0), 0, false), rows());
    right(view.getRange(selector("b", true, 1), selector("h", true, 0), 0, false), rows("d", "f"));
    wrong(view.getRange(at("a"), at("k"), 2, true), rows("f", "h"));
    wrong(view.getRange(at("a"), at("k"), 2, false), rows("b", "d", "f"));
    wrong(view.getRange(at("a"), at("k"), 0, false), rows("b", "d", "h"));
  }

  @Test
  void rangesOfWhatIsNotKnownAreNotJudged() {
    assertThat(view.getRange(at("A"), at("d"), 0, false).isAnything()).isTrue();
    assertThat(view.getRange(at("d"), at("x"), 0, false).isAnything()).isTrue();
    assertThat(view.getRange(at("a"), selector("h", true, 2), 0, false).isAnything()).isTrue();
  }

  @Test
  void aStampedValueCannotBeReadUntilItIsCleared() {
    Bytes template = StampedTemplate.of(Bytes.EMPTY, Bytes.EMPTY);
    view.write(new Mutation(MutationType.SET_VERSIONSTAMPED_VALUE, key("d"), template));
    right(view.get(key("d")), UNREADABLE);
    wrong(view.get(key("d")), value("d"));
    set("d", "x");
    right(view.get(key("d")), UNREADABLE);
    right(view.getKey(selector("c", true, 1)), UNREADABLE);
    right(view.getKey(selector("f", true, 1)), found("h"));
    right(view.getRange(at("a"), at("k"), 0, false), UNREADABLE);
    right(view.getRange(at("a"), at("k"), 1, false), rows("b"));
    right(view.getRange(at("a"), at("k"), 2, true), rows("h", "f"));
    wrong(view.getRange(at("a"), at("k"), 2, true), UNREADABLE);
    clear("d", "e");
    right(view.get(key("d")), value(null));
    right(view.getRange(at("a"), at("k"), 0, false), rows("b", "f", "h"));
  }

  @Test
  void whatAStampedKeyMayBecomeCannotBeRead() {
    view.writeStampedKey(StampedTemplate.of(key("e"), Bytes.EMPTY), 1_000);
    Bytes later = key("e").concat(new Stamp(1_001, 0).toBytes());
    Bytes earlier = key("e").concat(new Stamp(900, 0).toBytes());
    right(view.get(later), UNREADABLE);
    wrong(view.get(later), value(null));
    right(view.get(earlier), UNREADABLE);
    right(view.get(earlier), value(null));
    wrong(view.get(earlier), value("x"));
    right(view.getKey(selector("d", true, 1)), UNREADABLE);
    right(view.getKey(selector("f", true, 0)), found("f"));
    right(view.getRange(at("d"), at("e"), 0, false), rows("d"));
    clear("e", "f");
    right(view.get(later), value(null));
    right(view.getKey(selector("d", true, 1)), found("f"));
  }

  @Test
  void whoBypassesWhatIsUnreadableReadsTheHoleAndNoStampedKey() {
    TransactionView bypassing = new TransactionView(initial(), range("a", "k"), true);
    Bytes template = StampedTemplate.of(key("<"), key(">"));
    bypassing.write(new Mutation(MutationType.SET_VERSIONSTAMPED_VALUE, key("d"), template));
    Bytes hole = key("<").concat(Bytes.wrap(new byte[10])).concat(key(">"));
    right(bypassing.get(key("d")), new Seen.Value(hole));
    wrong(bypassing.get(key("d")), UNREADABLE);
    wrong(bypassing.get(key("d")), value("d"));
    bypassing.write(new Mutation(MutationType.APPEND_IF_FITS, key("d"), key("!")));
    right(bypassing.get(key("d")), new Seen.Value(hole.concat(key("!"))));
    bypassing.writeStampedKey(StampedTemplate.of(key("e"), Bytes.EMPTY), 1_000);
    right(bypassing.get(key("e").concat(new Stamp(1_001, 0).toBytes())), value(null));
    right(bypassing.getRange(at("e"), at("k"), 0, false), rows("f", "h"));
    wrong(bypassing.getRange(at("e"), at("k"), 0, false), UNREADABLE);
    right(bypassing.getKey(selector("d", true, 1)), found("f"));
  }
}
