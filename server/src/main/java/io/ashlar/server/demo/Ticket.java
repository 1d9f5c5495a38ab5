package io.ashlar.server.demo;

import io.ashlar.client.Database;
import io.ashlar.directory.DirectoryLayer;
import io.ashlar.kv.Codec;
import io.ashlar.kv.KeyValueStore;
import java.time.Duration;
import java.util.List;

/** A key that runs out, looked at again and again. */
final class Ticket {
  private static final String KEY = "ticket";
  private static final String VALUE = "row 7, seat 12";

  /** Looks after the end. */
  private static final int LOOKS_AFTER = 200;

  private final Database database;
  private final KeyValueStore<String, String> store;

  /**
   * What was seen.
   *
   * @param before looks before the instant, by store time
   * @param after looks from it on
   * @param wrong looks that did not see the key before, or did see it after
   */
  record Outcome(long before, long after, long wrong) {}

  Ticket(Database database) {
    this.database = database;
    this.store =
        new KeyValueStore<>(
            new DirectoryLayer().createOrOpen(database, List.of("kv")).join().subspace(),
            Codec.utf8(),
            Codec.utf8());
  }

  /** Puts it, and looks until it is gone and a little longer. */
  Outcome runOut(Duration time) {
    store.put(database, KEY, VALUE, time).join();
    long expiry = store.getEntry(database, KEY).join().expiresAtMillis().orElseThrow();
    long[] counts = new long[3];
    while (counts[1] < LOOKS_AFTER) {
      database.read(
          reads -> {
            boolean isBefore = reads.getStoreTime().join() < expiry;
            boolean isThere = VALUE.equals(store.get(reads, KEY).join());
            counts[isBefore ? 0 : 1]++;
            counts[2] += isBefore == isThere ? 0 : 1;
            return null;
          });
    }
    return new Outcome(counts[0], counts[1], counts[2]);
  }
}
