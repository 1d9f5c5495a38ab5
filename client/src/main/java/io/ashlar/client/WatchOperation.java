package io.ashlar.client;

import io.ashlar.core.Bytes;
import io.ashlar.message.ShardLocation;

/** Waits at the storage server of a key until its value is another one, for as long as it takes. */
final class WatchOperation extends ReadOperation {
  private final Bytes key;
  private final Bytes expected;
  private final long version;
  private final WatchFuture future;

  /**
   * @param detached a session that outlives the transaction
   * @param expected null for absent
   * @param version at which it was so
   */
  WatchOperation(Session detached, Bytes key, Bytes expected, long version, WatchFuture future) {
    super(detached);
    this.key = key;
    this.expected = expected;
    this.version = version;
    this.future = future;
  }

  Bytes expected() {
    return expected;
  }

  long version() {
    return version;
  }

  @Override
  Bytes target() {
    return key;
  }

  @Override
  boolean needsVersion() {
    return false;
  }

  @Override
  void send(StorageReads reads, ShardLocation shard, StorageServer server) {
    reads.sendWatch(this, server);
  }

  @Override
  void finish() {
    future.fire(error());
  }
}
