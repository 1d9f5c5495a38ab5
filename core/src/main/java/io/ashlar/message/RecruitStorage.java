package io.ashlar.message;

import io.ashlar.core.Uid;

/**
 * Creates a storage server, empty at version 0, or finds it. Repeatable; answered with {@link
 * Recruited}.
 *
 * @param storageId its endpoint is the low half
 */
public record RecruitStorage(Uid storageId, int tag) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.RECRUIT_STORAGE;
  }
}
