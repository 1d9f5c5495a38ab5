package io.ashlar.simulation.world;

import io.ashlar.core.SeededRandom;

/**
 * What the disks of a run are like. All times are nanoseconds.
 *
 * @param readMin of one read
 * @param readJitter at most this is added, evenly
 * @param syncMin of one sync, and of anything else that is durable
 * @param syncJitter at most this is added, evenly
 * @param stallPerMillion how many operations in a million take much longer
 * @param stallMax by how much at most
 * @param sectorBytes what is written whole or not at all when the power goes
 * @param staleSectors whether sectors that were not written may show what a file that is gone had
 *     there
 * @param reserves whether room can be reserved for what a file has not yet; some file systems
 *     cannot, and then it is as if nobody had asked
 */
public record DiskConditions(
    long readMin,
    long readJitter,
    long syncMin,
    long syncJitter,
    int stallPerMillion,
    long stallMax,
    int sectorBytes,
    boolean staleSectors,
    boolean reserves) {
  private static final long MICROS = 1_000;
  private static final long MILLIS = 1_000_000;

  static DiskConditions calm() {
    return new DiskConditions(50 * MICROS, 0, 200 * MICROS, 0, 0, MILLIS, 512, false, true);
  }

  static DiskConditions draw(SeededRandom random) {
    long sync = random.nextLong(50, 2_000) * MICROS;
    return new DiskConditions(
        random.nextLong(5, 200) * MICROS,
        random.nextLong(1, 1_000) * MICROS,
        sync,
        random.nextBoolean() ? sync : random.nextLong(1, 10_000) * MICROS,
        random.nextInt(5_000),
        random.nextLong(5, 500) * MILLIS,
        random.fork("sectors").nextBoolean() ? 512 : 4_096,
        random.fork("stale").chance(750_000),
        random.fork("reserves").chance(750_000));
  }

  DiskConditions with(boolean stalls, boolean stale) {
    return new DiskConditions(
        readMin,
        readJitter,
        syncMin,
        syncJitter,
        stalls ? stallPerMillion : 0,
        stalls ? stallMax : MILLIS,
        sectorBytes,
        stale && staleSectors,
        reserves);
  }
}
