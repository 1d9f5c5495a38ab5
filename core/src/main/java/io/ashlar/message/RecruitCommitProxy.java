package io.ashlar.message;

import io.ashlar.core.KeyValue;
import io.ashlar.core.Uid;
import java.util.List;

/**
 * Starts a commit proxy of an epoch. Repeatable; answered with {@link Recruited}.
 *
 * @param databaseId whose role it is; a worker of another database refuses
 * @param proxyIndex 0 to the number of commit proxies, exclusive
 * @param resolvers cover the whole key space
 * @param logs the epoch's log servers
 * @param metadata the whole system metadata at RT, in key order
 */
public record RecruitCommitProxy(
    Uid databaseId,
    long epoch,
    Uid roleId,
    int proxyIndex,
    Address sequencer,
    List<ResolverShare> resolvers,
    LogSet logs,
    long windowVersions,
    List<KeyValue> metadata)
    implements Recruit {
  public RecruitCommitProxy {
    resolvers = List.copyOf(resolvers);
    metadata = List.copyOf(metadata);
  }

  @Override
  public MessageKind kind() {
    return MessageKind.RECRUIT_COMMIT_PROXY;
  }
}
