package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.message.ShardLocation;

/** Reads what the database holds at one key. */
final class PointRead extends ReadOperation {
  /** Hears the outcome, on the executor. */
  interface Receiver {
    /**
     * @param index as given
     * @param value null for absent, and when there is an error
     */
    void onValue(int index, Bytes value, AshlarException error);
  }

  final Bytes key;
  private final Receiver receiver;
  private final int index;

  private boolean wasRefusedWithOthers;
  private boolean isAlone;

  /** Set by the loop before the end. */
  Bytes value;

  PointRead(Session session, Bytes key, Receiver receiver, int index) {
    super(session);
    this.key = key;
    this.receiver = receiver;
    this.index = index;
  }

  @Override
  Bytes target() {
    return key;
  }

  /** Whether it shares no frame with others. */
  boolean isAlone() {
    return isAlone;
  }

  /** A frame was refused for what may be the matter with one of its reads only. */
  void refusedWithOthers() {
    wasRefusedWithOthers = true;
  }

  @Override
  boolean goAlone() {
    if (isAlone || !wasRefusedWithOthers) {
      return false;
    }
    isAlone = true;
    return true;
  }

  @Override
  void send(StorageReads reads, ShardLocation shard, StorageServer server) {
    reads.sendPoint(this, server);
  }

  @Override
  void finish() {
    receiver.onValue(index, value, error());
  }
}
