package io.ashlar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.core.MutationType;
import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class WriteMapTest {
  /** What each key of the universe is, kept the obvious way. */
  private static final class Model {
    final Map<Bytes, String> states = new TreeMap<>();

    Model() {
      for (Bytes key : SmallKeys.ALL) {
        states.put(key, "UNMODIFIED");
      }
    }

    Model(Model other) {
      states.putAll(other.states);
    }
  }

  /** The state of a key as the map tells it, evaluated over an absent base. */
  private static String state(WriteMap map, Bytes key) {
    return describe(map.at(key));
  }

  private static String describe(WriteMap.Segment segment) {
    String text = segment.kind().toString();
    if (segment.written() != null) {
      text =
          (segment.written().isIndependent() ? "KNOWN " : "OVER ")
              + segment.written().evaluate(null);
    }
    if (text.equals("KNOWN null")) {
      text = "CLEARED";
    }
    return segment.unreadable() ? text + " UNREADABLE" : text;
  }

  @Property(tries = 300, seed = "12")
  void agreesWithAMapOfEveryKey(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    WriteMap map = WriteMap.EMPTY;
    Model model = new Model();
    List<WriteMap> olderMaps = new ArrayList<>();
    List<Model> olderModels = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      olderMaps.add(map);
      olderModels.add(new Model(model));
      map = change(map, model, random);
      map.checkInvariants();
      expectEqual(map, model);
    }
    for (int i = 0; i < olderMaps.size(); i++) {
      expectEqual(olderMaps.get(i), olderModels.get(i));
    }
  }

  private static WriteMap change(WriteMap map, Model model, SeededRandom random) {
    Bytes key = SmallKeys.draw(random);
    Bytes other = SmallKeys.draw(random);
    Bytes value = SmallKeys.drawValue(random);
    String before = model.states.get(key);
    boolean unreadable = before.endsWith(" UNREADABLE");
    switch (random.nextInt(6)) {
      case 0, 1 -> {
        model.states.put(key, "KNOWN " + value + (unreadable ? " UNREADABLE" : ""));
        return map.set(key, value);
      }
      case 2 -> {
        model.states.put(key, "CLEARED");
        return map.clear(key);
      }
      case 3 -> {
        boolean isShort = random.nextInt(4) == 0;
        Bytes end = isShort ? Keys.after(key) : other;
        fill(model, key, end, "CLEARED");
        return map.clear(key, end);
      }
      case 4 -> {
        model.states.replaceAll(
            (each, state) ->
                key.compareTo(each) <= 0
                        && each.compareTo(other) < 0
                        && !state.endsWith(" UNREADABLE")
                    ? state + " UNREADABLE"
                    : state);
        return map.makeUnreadable(key, other);
      }
      default -> {
        WriteMap next = map.atomic(key, MutationType.BYTE_MAX, value);
        boolean known = before.startsWith("KNOWN") || before.startsWith("CLEARED");
        Bytes old = knownValue(before);
        Bytes now = old == null || value.compareTo(old) > 0 ? value : old;
        model.states.put(
            key, (known ? "KNOWN " : "OVER ") + now + (unreadable ? " UNREADABLE" : ""));
        return next;
      }
    }
  }

  private static Bytes knownValue(String state) {
    for (int i = 0; i < 4; i++) {
      if (state.contains(" " + Bytes.of(i))) {
        return Bytes.of(i);
      }
    }
    return null;
  }

  private static void fill(Model model, Bytes begin, Bytes end, String state) {
    for (Bytes key : SmallKeys.ALL) {
      if (begin.compareTo(key) <= 0 && key.compareTo(end) < 0) {
        model.states.put(key, state);
      }
    }
  }

  private static void expectEqual(WriteMap map, Model model) {
    for (Map.Entry<Bytes, String> entry : model.states.entrySet()) {
      Bytes key = entry.getKey();
      assertThat(state(map, key)).as("state of %s", key).isEqualTo(entry.getValue());
      WriteMap.Segment at = map.at(key);
      assertThat(at.begin().compareTo(key)).isLessThanOrEqualTo(0);
      assertThat(at.end() == null || at.end().compareTo(key) > 0).isTrue();
      WriteMap.Segment before = map.before(Keys.after(key));
      assertThat(before.begin().compareTo(key)).isLessThanOrEqualTo(0);
      assertThat(describe(before)).isEqualTo(entry.getValue());
    }
    expectPartition(map);
  }

  /** Segments follow one another without gap, in both directions the same ones. */
  private static void expectPartition(WriteMap map) {
    List<Bytes> begins = new ArrayList<>();
    for (Bytes at = Keys.FIRST; at != null; at = map.at(at).end()) {
      begins.add(at);
      assertThat(map.at(at).begin().compareTo(at)).isLessThanOrEqualTo(0);
    }
    List<Bytes> ends = new ArrayList<>();
    for (Bytes at = Keys.SYSTEM_END; !at.isEmpty(); at = map.before(at).begin()) {
      ends.add(0, map.before(at).begin());
    }
    assertThat(ends).isEqualTo(begins);
  }
}
