package io.ashlar.queue;

import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;

/**
 * Where items are kept. One that waits is at its place; one that is handed out at the time at which
 * that ends and its place, and at its place alone there is who has it and until when, so that
 * whoever has it finds it after it was extended.
 */
final class QueueKeys {
  private static final byte[] NOTHING = new byte[0];

  private final Subspace ready;
  private final Subspace leased;
  private final Subspace dead;
  private final byte[] pushes;
  private final Subspace holds;

  QueueKeys(Subspace place) {
    this.ready = place.get(0L);
    this.leased = place.get(1L);
    this.dead = place.get(2L);
    this.pushes = place.pack(3L);
    this.holds = place.get(4L);
  }

  /** An item as it is stored. */
  record Stored(byte[] key, Tuple place, int attempts, byte[] payload) {
    int sizeBytes() {
      return 2 * key.length + payload.length;
    }
  }

  /**
   * Who has an item.
   *
   * @param token of the time that it was handed out
   */
  record Hold(long token, long expiry) {
    static Hold decode(byte[] bytes) {
      Tuple row = Tuple.fromBytes(bytes);
      return new Hold(row.getLong(0), row.getLong(1));
    }

    byte[] encode() {
      return Tuple.from(token, expiry).pack();
    }
  }

  static byte[] value(int attempts, byte[] payload) {
    return Tuple.from(attempts, payload).pack();
  }

  /**
   * An item without a payload, which could once be pushed, has an empty one: nobody would get past
   * it otherwise.
   */
  private static byte[] payload(Tuple value) {
    byte[] payload = value.getBytes(1);
    return payload == null ? NOTHING : payload;
  }

  /** The payload of a value. */
  static byte[] payload(byte[] value) {
    return payload(Tuple.fromBytes(value));
  }

  private static Stored stored(KeyValue row, Tuple place) {
    Tuple value = Tuple.fromBytes(row.getValue());
    return new Stored(row.getKey(), place, (int) value.getLong(0), payload(value));
  }

  byte[] newReady(Tuple place) {
    return ready.packWithVersionstamp(place);
  }

  byte[] ready(Tuple place) {
    return ready.pack(place);
  }

  Range ready() {
    return ready.range();
  }

  Stored ready(KeyValue row) {
    return stored(row, ready.unpack(row.getKey()));
  }

  byte[] leased(long expiry, Tuple place) {
    return leased.pack(Tuple.from(expiry).addAll(place));
  }

  Range leased() {
    return leased.range();
  }

  /** Those whose time has run out at {@code now}. */
  Range late(long now) {
    return new Range(leased.range().begin, leased.pack(now + 1));
  }

  Stored leased(KeyValue row) {
    return stored(row, leased.unpack(row.getKey()).popFront());
  }

  byte[] hold(Tuple place) {
    return holds.pack(place);
  }

  byte[] dead(Tuple place) {
    return dead.pack(place);
  }

  Range dead() {
    return dead.range();
  }

  Stored dead(KeyValue row) {
    return stored(row, dead.unpack(row.getKey()));
  }

  /** Changes when something may have come to wait. */
  byte[] pushes() {
    return pushes;
  }
}
