package io.ashlar.client;

import io.ashlar.core.Bytes;
import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * A universe of few keys, so that random ranges meet, nest and touch: all strings of up to three
 * bytes of which each is zero (which makes neighbours) or "a".
 */
final class SmallKeys {
  static final List<Bytes> ALL = all();

  private SmallKeys() {}

  private static List<Bytes> all() {
    List<Bytes> keys = new ArrayList<>(List.of(Bytes.EMPTY));
    for (int length = 1; length <= 3; length++) {
      for (int bits = 0; bits < 1 << length; bits++) {
        byte[] key = new byte[length];
        for (int i = 0; i < length; i++) {
          key[i] = (bits >> i & 1) == 0 ? 0 : (byte) 'a';
        }
        keys.add(Bytes.wrap(key));
      }
    }
    keys.sort(null);
    return List.copyOf(keys);
  }

  static Bytes draw(SeededRandom random) {
    return ALL.get(random.nextInt(ALL.size()));
  }

  /** A value short enough to be equal to another by chance. */
  static Bytes drawValue(SeededRandom random) {
    return Bytes.of(random.nextInt(4));
  }
}
