package io.ashlar.queue;

import io.ashlar.tuple.Tuple;

/**
 * An item that is handed out for some time.
 *
 * @param payload what was pushed
 * @param attempt how often it has been handed out, this time included
 * @param expiresAtMillis the store time from which on others may get it
 * @param place where it is in the queue
 */
public record QueueItem(byte[] payload, int attempt, long expiresAtMillis, Tuple place) {
  @Override
  public String toString() {
    return "item " + place + ", attempt " + attempt + ", until " + expiresAtMillis;
  }
}
