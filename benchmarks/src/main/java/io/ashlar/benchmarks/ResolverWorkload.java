package io.ashlar.benchmarks;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.SeededRandom;
import io.ashlar.message.ResolverTransaction;
import java.util.ArrayList;
import java.util.List;

/**
 * The batches that FoundationDB's skip-list test uses: each transaction reads one range and writes
 * another, both {@code [k, k + 1..10)} with k uniform over the key space. The transactions of batch
 * i read at version i and commit at version i + window, so that every write of the window counts.
 *
 * @param shape what a range looks like
 * @param batches in order
 * @param windowBatches how many batches the window holds
 */
record ResolverWorkload(Shape shape, List<List<ResolverTransaction>> batches, int windowBatches) {
  /** What the ranges of a workload look like. */
  enum Shape {
    /**
     * FoundationDB's: 16-byte keys, twelve dots and four bytes of number; ranges of 1 to 10 keys.
     */
    RANGES,
    /** The same keys, each range one key alone. */
    POINTS,
    /**
     * One of eight prefixes of 11 bytes and 16 bytes in which a number is spread over the whole key
     * space, each range one key alone: what records under random identifiers look like.
     */
    LONG_POINTS
  }

  static final int KEY_SPACE = 20_000_000;
  private static final int RANGE_KEYS_MAX = 10;

  static ResolverWorkload draw(
      Shape shape, int batchCount, int transactionCount, int windowBatches, long seed) {
    SeededRandom random = new SeededRandom(seed);
    List<List<ResolverTransaction>> batches = new ArrayList<>();
    for (int batch = 0; batch < batchCount; batch++) {
      List<ResolverTransaction> transactions = new ArrayList<>(transactionCount);
      for (int index = 0; index < transactionCount; index++) {
        Bytes reads = KeyRanges.encode(List.of(range(shape, random)));
        Bytes writes = KeyRanges.encode(List.of(range(shape, random)));
        transactions.add(new ResolverTransaction(index, batch, reads, writes, Bytes.EMPTY));
      }
      batches.add(List.copyOf(transactions));
    }
    return new ResolverWorkload(shape, List.copyOf(batches), windowBatches);
  }

  private static KeyRange range(Shape shape, SeededRandom random) {
    int begin = random.nextInt(KEY_SPACE);
    return switch (shape) {
      case RANGES ->
          new KeyRange(dotted(begin), dotted(begin + 1 + random.nextInt(RANGE_KEYS_MAX)));
      case POINTS -> KeyRange.ofKey(dotted(begin));
      case LONG_POINTS -> KeyRange.ofKey(spread(begin));
    };
  }

  private static Bytes dotted(int number) {
    byte[] key = "............0000".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    for (int i = 15; i >= 12; i--) {
      key[i] = (byte) (number >>> (15 - i) * 8);
    }
    return Bytes.wrap(key);
  }

  private static Bytes spread(int number) {
    byte[] key = "records/00/0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    key[9] += (byte) (number & 7);
    SeededRandom digits = new SeededRandom(number);
    for (int i = 11; i < key.length; i++) {
      key[i] = (byte) digits.nextInt(256);
    }
    return Bytes.wrap(key);
  }

  /** The version the set starts at: the first batch's read version. */
  long floorVersion() {
    return 0;
  }

  long version(int batch) {
    return batch + (long) windowBatches;
  }

  long transactionCount() {
    long count = 0;
    for (List<ResolverTransaction> batch : batches) {
      count += batch.size();
    }
    return count;
  }
}
