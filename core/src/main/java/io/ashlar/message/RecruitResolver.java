package io.ashlar.message;

import io.ashlar.core.Uid;

/**
 * Starts a resolver of an epoch, empty at RT. Repeatable; answered with {@link Recruited}.
 *
 * @param databaseId whose role it is; a worker of another database refuses
 * @param recoveryTransactionVersion RT: the previous version of the first batch; nothing that read
 *     before it can commit
 * @param commitProxyCount those whose batches it will see
 */
public record RecruitResolver(
    Uid databaseId,
    long epoch,
    Uid roleId,
    long recoveryTransactionVersion,
    long windowVersions,
    int commitProxyCount)
    implements Recruit {
  @Override
  public MessageKind kind() {
    return MessageKind.RECRUIT_RESOLVER;
  }
}
