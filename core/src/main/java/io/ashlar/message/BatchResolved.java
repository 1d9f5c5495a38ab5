package io.ashlar.message;

import io.ashlar.core.Bytes;
import java.util.List;

/**
 * The answer to {@link ResolveBatch}.
 *
 * @param verdicts one byte for each transaction of the request: the code of a {@link
 *     io.ashlar.core.Verdict}
 * @param metadata of all proxies, in version order: metadata transactions of the versions in
 *     (lastReceivedVersion, version), with this resolver's verdicts
 */
public record BatchResolved(long version, Bytes verdicts, List<MetadataBatch> metadata)
    implements Message {
  public BatchResolved {
    metadata = List.copyOf(metadata);
  }

  @Override
  public MessageKind kind() {
    return MessageKind.BATCH_RESOLVED;
  }
}
