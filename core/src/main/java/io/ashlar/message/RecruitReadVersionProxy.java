package io.ashlar.message;

import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;

/**
 * Starts a read-version proxy of an epoch. Repeatable; answered with {@link Recruited}.
 *
 * @param databaseId whose role it is; a worker of another database refuses
 * @param logs the epoch's log servers
 */
public record RecruitReadVersionProxy(
    Uid databaseId, long epoch, Uid roleId, Address sequencer, LogSet logs, StoreTime storeTime)
    implements Recruit {
  @Override
  public MessageKind kind() {
    return MessageKind.RECRUIT_READ_VERSION_PROXY;
  }
}
