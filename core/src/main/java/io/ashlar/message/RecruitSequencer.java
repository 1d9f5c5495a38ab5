package io.ashlar.message;

import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;

/**
 * Starts the sequencer of an epoch. Repeatable; answered with {@link Recruited}.
 *
 * @param databaseId whose role it is; a worker of another database refuses
 * @param roleId its endpoint is the low half
 * @param recoveryTransactionVersion RT: the first commit version given is above it, with RT as
 *     previous version
 * @param windowVersions the database's window, positive: no grant moves by more
 */
public record RecruitSequencer(
    Uid databaseId,
    long epoch,
    Uid roleId,
    long recoveryTransactionVersion,
    StoreTime storeTime,
    long windowVersions)
    implements Recruit {
  @Override
  public MessageKind kind() {
    return MessageKind.RECRUIT_SEQUENCER;
  }
}
