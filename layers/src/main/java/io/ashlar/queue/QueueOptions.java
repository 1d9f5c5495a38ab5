package io.ashlar.queue;

/**
 * How a queue is used; consumers may differ.
 *
 * @param attemptsMax how often an item is handed out before it goes to the dead letters; 1 to
 *     1,000,000, default 5
 * @param spread from how many of the first items a consumer draws one; 1 to 1,000, default 1. With
 *     1 items are handed out strictly in order, and consumers that come at the same time meet at
 *     the first; with more they meet seldom, and items overtake each other by so many at most
 */
public record QueueOptions(int attemptsMax, int spread) {
  public QueueOptions {
    if (attemptsMax < 1 || attemptsMax > 1_000_000) {
      throw new IllegalArgumentException("1 to 1,000,000 attempts, not " + attemptsMax);
    }
    if (spread < 1 || spread > 1_000) {
      throw new IllegalArgumentException("one of the first 1 to 1,000 items, not " + spread);
    }
  }

  public static QueueOptions defaults() {
    return new QueueOptions(5, 1);
  }
}
