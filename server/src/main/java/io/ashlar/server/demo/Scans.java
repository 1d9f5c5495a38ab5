package io.ashlar.server.demo;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.client.StreamingMode;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import java.util.List;
import java.util.function.Consumer;

/** Reads whole key spaces that may be too large for one transaction of five seconds. */
public final class Scans {
  private static final int PAGE_ROWS = 10_000;

  private Scans() {}

  /** Gives every row of {@code range} to {@code onRow}, in pages of one transaction each. */
  static void forEach(Database database, Range range, Consumer<KeyValue> onRow) {
    byte[] from = range.begin;
    while (true) {
      byte[] begin = from;
      List<KeyValue> page =
          database.read(
              tx ->
                  tx.getRange(begin, range.end, PAGE_ROWS, false, StreamingMode.WANT_ALL)
                      .asList()
                      .join());
      page.forEach(onRow);
      if (page.size() < PAGE_ROWS) {
        return;
      }
      from = Keys.after(Bytes.copyOf(page.get(page.size() - 1).getKey())).toArray();
    }
  }

  /** How many rows there are from {@code begin}, inclusive, to {@code end}, exclusive. */
  public static long count(Database database, byte[] begin, byte[] end) {
    long[] count = new long[1];
    forEach(database, new Range(begin, end), row -> count[0]++);
    return count[0];
  }
}
