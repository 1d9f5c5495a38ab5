package io.ashlar.simulation.workload;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.SeededRandom;

/** Keys of which a transaction knows what is there. */
interface OwnedKeys {
  /** All of them. */
  KeyRange range();

  /** A key that may be written. */
  Bytes middleKey(SeededRandom random);

  /** A range that may be written. */
  KeyRange middleRange(SeededRandom random);

  /** A key that may be written, with room for a stamp. */
  Bytes stampedKey(SeededRandom random);

  /** Any key, there or not. */
  Bytes anyKey(SeededRandom random);
}
