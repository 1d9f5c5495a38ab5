package io.ashlar.client;

import io.ashlar.core.Bytes;
import io.ashlar.message.ShardLocation;

/** An operation that one storage server answers: the one that holds a certain key. */
abstract class ReadOperation extends Operation {
  ReadOperation(Session session) {
    super(session);
  }

  /** The key whose shard is asked; in reverse the keys right below it. */
  abstract Bytes target();

  /** Whether the shard is that of the keys below {@link #target}. */
  boolean isReverse() {
    return false;
  }

  /** Whether it is at the session's read version. */
  boolean needsVersion() {
    return true;
  }

  /** On the loop: sends the request, by the {@code reads.…} method of its kind. */
  abstract void send(StorageReads reads, ShardLocation shard, StorageServer server);

  @Override
  final void start(ClientRole role) {
    if (needsVersion() && !session.hasVersion()) {
      role.awaitVersion(this);
    } else {
      role.reads().dispatch(this);
    }
  }
}
