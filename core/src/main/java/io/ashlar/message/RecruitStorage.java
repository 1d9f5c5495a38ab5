package io.ashlar.message;

import io.ashlar.core.Uid;

/**
 * Creates a storage server, empty at a version, or finds it. Repeatable; answered with {@link
 * Recruited}.
 *
 * @param databaseId whose role it is; a worker of another database refuses
 * @param storageId its endpoint is the low half
 * @param workerId the worker it is planned for: another may be at its address by now, and a storage
 *     server on both would pop what the other has not stored
 * @param version what is below concerns it not: 0 at the creation of the database, later the first
 *     version of an epoch in which nothing is for it yet
 */
public record RecruitStorage(Uid databaseId, Uid storageId, int tag, Uid workerId, long version)
    implements Recruit {
  @Override
  public MessageKind kind() {
    return MessageKind.RECRUIT_STORAGE;
  }
}
