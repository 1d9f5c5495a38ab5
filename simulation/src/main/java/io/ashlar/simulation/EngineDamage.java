package io.ashlar.simulation;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimMachine;
import java.util.ArrayList;
import java.util.List;

/**
 * Which rows of an engine lie in blocks of its files whose checksums do not match any more. It
 * lasts as long as the files: what is written there later is not known to be whole.
 */
final class EngineDamage implements SimMachine.Kept {
  private final List<KeyRange> ranges = new ArrayList<>();

  void add(KeyRange range) {
    ranges.add(range);
  }

  boolean contains(Bytes key) {
    for (KeyRange range : ranges) {
      if (range.contains(key)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void onCrash(boolean powerLost, SeededRandom random) {
    // The files have not changed.
  }
}
