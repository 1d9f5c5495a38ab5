package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Ranges as sets of keys. */
final class KeyRangePropertyTest {
  @Provide
  Arbitrary<Bytes> keys() {
    return Encodings.bytes();
  }

  @Property(tries = 1_000, seed = "401")
  void theIntersectionHoldsWhatBothHold(
      @ForAll("keys") Bytes a,
      @ForAll("keys") Bytes b,
      @ForAll("keys") Bytes c,
      @ForAll("keys") Bytes d,
      @ForAll("keys") Bytes probe) {
    KeyRange one = new KeyRange(a, b);
    KeyRange other = new KeyRange(c, d);
    KeyRange both = one.intersection(other);
    List<Bytes> probes = new ArrayList<>(List.of(a, b, c, d, probe));
    probes.add(Keys.after(a));
    boolean common = false;
    for (Bytes key : probes) {
      boolean inBoth = one.contains(key) && other.contains(key);
      assertThat(both.contains(key)).isEqualTo(inBoth);
      common |= inBoth;
    }
    // Ranges are half open, so two that meet at all share one of their begins.
    assertThat(one.intersects(other)).isEqualTo(common);
    assertThat(other.intersects(one)).isEqualTo(common);
    assertThat(both.isEmpty()).isEqualTo(!common);
    assertThat(one.isEmpty()).isEqualTo(a.compareTo(b) >= 0);
  }

  @Property(tries = 500, seed = "402")
  void theRangeOfAKeyHoldsItAlone(@ForAll("keys") Bytes key, @ForAll("keys") Bytes other) {
    KeyRange range = KeyRange.ofKey(key);
    assertThat(range.contains(other)).isEqualTo(key.equals(other));
    assertThat(range.contains(key)).isTrue();
    assertThat(Keys.after(key)).isGreaterThan(key);
    // Nothing lies between a key and the one after it.
    boolean between = other.compareTo(key) > 0 && other.compareTo(Keys.after(key)) < 0;
    assertThat(between).isFalse();
  }

  @Property(tries = 500, seed = "403")
  void theRangeOfAPrefixHoldsWhatBeginsWithIt(
      @ForAll("keys") Bytes prefix, @ForAll("keys") Bytes other) {
    boolean hasEnd = false;
    for (int i = 0; i < prefix.length(); i++) {
      hasEnd |= prefix.at(i) != 0xff;
    }
    Assume.that(hasEnd);
    KeyRange range = KeyRange.ofPrefix(prefix);
    assertThat(range.contains(other)).isEqualTo(other.startsWith(prefix));
    assertThat(range.contains(prefix.concat(other))).isTrue();
  }

  @Property(tries = 500, seed = "404")
  void bytesAreOrderedUnsignedShorterFirst(@ForAll("keys") Bytes a, @ForAll("keys") Bytes b) {
    int expected = 0;
    for (int i = 0; expected == 0 && i < Math.max(a.length(), b.length()); i++) {
      int left = i < a.length() ? a.at(i) : -1;
      int right = i < b.length() ? b.at(i) : -1;
      expected = Integer.compare(left, right);
    }
    assertThat(Integer.signum(a.compareTo(b))).isEqualTo(expected);
    assertThat(a.equals(b)).isEqualTo(expected == 0);
    assertThat(a.concat(b).startsWith(a)).isTrue();
    assertThat(a.concat(b).slice(a.length(), a.length() + b.length())).isEqualTo(b);
  }
}
