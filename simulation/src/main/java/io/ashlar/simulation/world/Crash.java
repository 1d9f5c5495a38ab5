package io.ashlar.simulation.world;

import io.ashlar.core.SeededRandom;

/**
 * How one crash goes for the files of a disk.
 *
 * @param world counts what became of them
 * @param random its draws
 * @param sectorBytes what is written whole or not at all
 * @param allLost whether no unsynced byte of any file is there afterwards
 * @param stale a file that is gone, whose bytes may show where others should be; null for none
 */
record Crash(
    SimWorld world, SeededRandom random, int sectorBytes, boolean allLost, FileNode stale) {
  void count(String what) {
    world.count(what);
  }
}
