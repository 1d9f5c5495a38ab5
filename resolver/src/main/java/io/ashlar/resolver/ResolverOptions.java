package io.ashlar.resolver;

/**
 * The resolver's limits.
 *
 * @param parkedBatchesMax batches that wait for an earlier one; 1 to 1,000,000, default 10,000:
 *     more than all proxies together have in flight. One more is refused as
 *     SERVER_REQUEST_QUEUE_FULL, and its proxy sends it again.
 * @param parkedBytesMax bytes of conflict ranges and metadata in batches that wait, at least 1,
 *     default 256 MiB; a batch that would exceed it is refused likewise, unless none waits
 * @param keptAnswersMax answers of one proxy that it has not yet acknowledged; 1 to 1,000,000,
 *     default 10,000: far more than a proxy has in flight. One more batch is refused as
 *     SERVER_REQUEST_QUEUE_FULL.
 * @param metadataBytesMax bytes of metadata mutations kept until every proxy has them, at least 0,
 *     default 16 MiB. A metadata transaction beyond that is rejected as a conflict, which is always
 *     safe, and tried again by its client.
 */
public record ResolverOptions(
    int parkedBatchesMax, long parkedBytesMax, int keptAnswersMax, long metadataBytesMax) {
  public ResolverOptions {
    within("parkedBatchesMax", parkedBatchesMax, 1, 1_000_000);
    within("parkedBytesMax", parkedBytesMax, 1, Long.MAX_VALUE);
    within("keptAnswersMax", keptAnswersMax, 1, 1_000_000);
    within("metadataBytesMax", metadataBytesMax, 0, Long.MAX_VALUE);
  }

  public static ResolverOptions defaults() {
    return new ResolverOptions(10_000, 256L << 20, 10_000, 16L << 20);
  }

  private static void within(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " must be from " + min + " to " + max + ", not " + value);
    }
  }
}
