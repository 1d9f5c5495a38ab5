package io.ashlar.message;

import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;

/**
 * Starts the sequencer of an epoch. Repeatable; answered with {@link Recruited}.
 *
 * @param roleId its endpoint is the low half
 * @param recoveryTransactionVersion RT: the first commit version given is above it, with RT as
 *     previous version
 * @param windowVersions the database's window, positive: no grant moves by more
 */
public record RecruitSequencer(
    long epoch,
    Uid roleId,
    long recoveryTransactionVersion,
    StoreTime storeTime,
    long windowVersions)
    implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.RECRUIT_SEQUENCER;
  }
}
