package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeySelector;
import io.ashlar.core.Keys;
import io.ashlar.message.GetKey;
import io.ashlar.message.KeyResolved;
import io.ashlar.message.ShardLocation;

/** Finds the key that a selector names in the database, from shard to shard. */
final class KeyFetch extends ReadOperation {
  /** Hears the outcome, on the executor. */
  interface Receiver {
    /**
     * @param key the empty key, or the end of what may be read, when the selector ran out
     */
    void onKey(Bytes key, AshlarException error);
  }

  private final Bytes readEnd;
  private final Receiver receiver;
  private KeySelector selector;
  private Bytes key;

  /**
   * @param origin what the offset is counted from, between the empty key and {@code readEnd}
   */
  KeyFetch(Session session, Bytes origin, int offset, Bytes readEnd, Receiver receiver) {
    super(session);
    this.selector = new KeySelector(origin, false, offset);
    this.readEnd = readEnd;
    this.receiver = receiver;
  }

  @Override
  Bytes target() {
    return selector.key();
  }

  @Override
  boolean isReverse() {
    return selector.offset() <= 0;
  }

  /** Whether the selector has run out of keys, or never had any; then that is the outcome. */
  boolean hasRunOut() {
    if (isReverse() && selector.key().isEmpty()) {
      key = Keys.FIRST;
    } else if (!isReverse() && selector.key().compareTo(readEnd) >= 0) {
      key = readEnd;
    }
    return key != null;
  }

  Bytes key() {
    return key;
  }

  @Override
  void send(StorageReads reads, ShardLocation shard, StorageServer server) {
    reads.sendKey(this, new GetKey(session.version(), selector, shard.range()), server);
  }

  /** On the loop: takes an answer; true when it is the last one. */
  boolean take(KeyResolved reply) {
    if (!reply.resolved()) {
      selector = reply.selector();
      return hasRunOut();
    }
    Bytes found = reply.selector().key();
    key = found.compareTo(readEnd) > 0 ? readEnd : found;
    return true;
  }

  @Override
  void finish() {
    receiver.onKey(key, error());
  }
}
