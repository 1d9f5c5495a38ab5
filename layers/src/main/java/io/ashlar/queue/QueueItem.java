package io.ashlar.queue;

import io.ashlar.tuple.Tuple;

/**
 * An item that is handed out for some time.
 *
 * @param payload what was pushed
 * @param attempt how often it has been handed out, this time included
 * @param expiresAtMillis the store time from which on others may get it, as far as this object
 *     knows: after {@link Queue#extend} it is later
 * @param place where it is in the queue
 * @param token of this time that it was handed out: each time it is another one
 */
public record QueueItem(
    byte[] payload, int attempt, long expiresAtMillis, Tuple place, long token) {
  @Override
  public String toString() {
    return "item " + place + ", attempt " + attempt + ", until " + expiresAtMillis;
  }
}
