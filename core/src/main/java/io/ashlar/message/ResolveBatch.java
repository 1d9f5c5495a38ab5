package io.ashlar.message;

import io.ashlar.core.Uid;
import java.util.List;

/**
 * A commit proxy's batch, the part of one resolver. Handled in the order of the chain of versions;
 * repeatable. Answer: {@link BatchResolved}.
 *
 * @param lastReceivedVersion the version of this proxy's last batch whose answer it has: older
 *     answers are not asked for again, and metadata up to it is known
 * @param transactions in batch order
 */
public record ResolveBatch(
    Uid proxy,
    long previousVersion,
    long version,
    long lastReceivedVersion,
    List<ResolverTransaction> transactions)
    implements Message {
  public ResolveBatch {
    transactions = List.copyOf(transactions);
  }

  @Override
  public MessageKind kind() {
    return MessageKind.RESOLVE_BATCH;
  }
}
