package io.ashlar.message;

import io.ashlar.core.Uid;

/**
 * Creates a storage server, empty at version 0, or finds it. Repeatable; answered with {@link
 * Recruited}.
 *
 * @param storageId its endpoint is the low half
 * @param workerId the worker it is planned for: another may be at its address by now, and a storage
 *     server on both would pop what the other has not stored
 */
public record RecruitStorage(Uid storageId, int tag, Uid workerId) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.RECRUIT_STORAGE;
  }
}
