package io.ashlar.simulation.workload;

import io.ashlar.client.KeySelector;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.StreamingMode;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Ways to read all rows of a workload, each of which must give the same. */
enum WayToRead {
  /** From the first to the last, in pages of some size. */
  FORWARD {
    @Override
    CompletableFuture<List<KeyValue>> read(
        ReadTransaction reader, KeySpace space, List<byte[]> keys, SeededRandom random) {
      return inPages(reader, space.begin(), space.behind(), false, random);
    }
  },

  /** From the last to the first. */
  BACKWARD {
    @Override
    CompletableFuture<List<KeyValue>> read(
        ReadTransaction reader, KeySpace space, List<byte[]> keys, SeededRandom random) {
      return inPages(reader, space.begin(), space.behind(), true, random);
    }
  },

  /** In a few parts side by side. */
  IN_PARTS {
    @Override
    CompletableFuture<List<KeyValue>> read(
        ReadTransaction reader, KeySpace space, List<byte[]> keys, SeededRandom random) {
      List<Bytes> bounds = new ArrayList<>();
      int parts = random.nextInt(2, 6);
      for (int i = 1; i < parts; i++) {
        bounds.add(Bytes.wrap(keys.get(random.nextInt(keys.size()))));
      }
      bounds.add(space.begin());
      bounds.add(space.behind());
      Collections.sort(bounds);
      CompletableFuture<List<KeyValue>> all = CompletableFuture.completedFuture(new ArrayList<>());
      for (int i = 0; i + 1 < bounds.size(); i++) {
        boolean reverse = random.nextBoolean();
        CompletableFuture<List<KeyValue>> part =
            inPages(reader, bounds.get(i), bounds.get(i + 1), reverse, random);
        all = all.thenCombine(part, WayToRead::joined);
      }
      return all;
    }
  },

  /** A few rows at a time, each time from the one after the last. */
  ROW_BY_ROW {
    @Override
    CompletableFuture<List<KeyValue>> read(
        ReadTransaction reader, KeySpace space, List<byte[]> keys, SeededRandom random) {
      KeySelector begin = KeySelector.firstGreaterOrEqual(space.begin().toArray());
      return rowsFrom(reader, begin, space, random.nextInt(3, 12), new ArrayList<>());
    }
  },

  /** Every key that may be there, by itself. */
  BY_KEY {
    @Override
    CompletableFuture<List<KeyValue>> read(
        ReadTransaction reader, KeySpace space, List<byte[]> keys, SeededRandom random) {
      return reader
          .getMany(keys)
          .thenApply(
              values -> {
                List<KeyValue> rows = new ArrayList<>();
                for (int i = 0; i < keys.size(); i++) {
                  if (values.get(i) != null) {
                    rows.add(new KeyValue(Bytes.wrap(keys.get(i)), Bytes.wrap(values.get(i))));
                  }
                }
                return rows;
              });
    }
  },

  /** The key after the last one, then its value. */
  BY_SELECTOR {
    @Override
    CompletableFuture<List<KeyValue>> read(
        ReadTransaction reader, KeySpace space, List<byte[]> keys, SeededRandom random) {
      KeySelector first = KeySelector.firstGreaterOrEqual(space.begin().toArray());
      return keysFrom(reader, first, space, new ArrayList<>())
          .thenCompose(found -> BY_KEY.read(reader, space, found, random));
    }
  };

  private static final StreamingMode[] MODES = {
    StreamingMode.WANT_ALL,
    StreamingMode.ITERATOR,
    StreamingMode.SMALL,
    StreamingMode.MEDIUM,
    StreamingMode.LARGE,
    StreamingMode.SERIAL
  };

  /**
   * Reads all rows that are there.
   *
   * @param keys all that may be there, in order
   * @return the rows in the order of their keys
   */
  abstract CompletableFuture<List<KeyValue>> read(
      ReadTransaction reader, KeySpace space, List<byte[]> keys, SeededRandom random);

  private static CompletableFuture<List<KeyValue>> inPages(
      ReadTransaction reader, Bytes begin, Bytes end, boolean reverse, SeededRandom random) {
    return reader
        .getRange(
            begin.toArray(),
            end.toArray(),
            ReadTransaction.ROW_LIMIT_UNLIMITED,
            reverse,
            MODES[random.nextInt(MODES.length)])
        .asList()
        .thenApply(
            rows -> {
              List<KeyValue> found = RecordedTransaction.toCore(rows);
              if (reverse) {
                Collections.reverse(found);
              }
              return found;
            });
  }

  private static List<KeyValue> joined(List<KeyValue> head, List<KeyValue> tail) {
    List<KeyValue> all = new ArrayList<>(head);
    all.addAll(tail);
    return all;
  }

  private static CompletableFuture<List<KeyValue>> rowsFrom(
      ReadTransaction reader, KeySelector begin, KeySpace space, int limit, List<KeyValue> before) {
    KeySelector end = KeySelector.firstGreaterOrEqual(space.behind().toArray());
    return reader
        .getRange(begin, end, limit, false, StreamingMode.EXACT)
        .asList()
        .thenCompose(
            rows -> {
              before.addAll(RecordedTransaction.toCore(rows));
              if (rows.size() < limit) {
                return CompletableFuture.completedFuture(before);
              }
              KeySelector next = KeySelector.firstGreaterThan(rows.get(limit - 1).getKey());
              return rowsFrom(reader, next, space, limit, before);
            });
  }

  private static CompletableFuture<List<byte[]>> keysFrom(
      ReadTransaction reader, KeySelector next, KeySpace space, List<byte[]> before) {
    return reader
        .getKey(next)
        .thenCompose(
            key -> {
              if (Bytes.wrap(key).compareTo(space.behind()) >= 0) {
                return CompletableFuture.completedFuture(before);
              }
              before.add(key);
              return keysFrom(reader, KeySelector.firstGreaterThan(key), space, before);
            });
  }
}
