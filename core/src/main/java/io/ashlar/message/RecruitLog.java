package io.ashlar.message;

import io.ashlar.core.LogGeneration;
import io.ashlar.core.Uid;
import java.util.List;

/**
 * Starts a log server of a generation: it copies its part of the tail (begin, RV] of the old
 * generation, tag by tag, and answers with {@link Recruited} when that is durable and its chain
 * ends at RV. Repeatable.
 *
 * @param databaseId whose role it is; a worker of another database refuses
 * @param generation the new one; this log server is a member
 * @param old the generation before; {@link Address#NONE} for members that are not locked; no
 *     members at all when the database is created
 * @param tags all storage tags there are; the metadata tag is not copied, the recovery transaction
 *     renews it
 */
public record RecruitLog(
    Uid databaseId, long epoch, Uid logId, LogGeneration generation, LogSet old, List<Integer> tags)
    implements Recruit {
  public RecruitLog {
    tags = List.copyOf(tags);
  }

  @Override
  public MessageKind kind() {
    return MessageKind.RECRUIT_LOG;
  }
}
