package io.ashlar.simulation;

import io.ashlar.core.ErrorCode;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import io.ashlar.message.Refused;
import io.ashlar.message.TransactionCommitted;
import io.ashlar.simulation.diagnosis.Recording;
import io.ashlar.simulation.world.SimNetwork;
import io.ashlar.simulation.world.SimWorld;

/**
 * How the transactions of users' code ended, as the answers that reach clients tell: nobody counts
 * in that code itself.
 */
final class AnsweredCommits implements SimNetwork.DeliveryListener, SimWorld.TraceListener {
  private long committed;
  private long conflicts;
  private long unknown;

  @Override
  public void onDelivered(long number, Address from, Address to, boolean isReply, Message message) {
    if (message instanceof TransactionCommitted) {
      committed++;
    } else if (message instanceof Refused refused && refused.code() == ErrorCode.NOT_COMMITTED) {
      conflicts++;
    }
  }

  /** A client that hears nothing of its commit looks after it with another. */
  @Override
  public void onEvent(String who, String name, Object[] keysAndValues) {
    if (name.equals("CommitFenced")) {
      unknown++;
    }
  }

  Recording.Counts counts() {
    return new Recording.Counts(committed, conflicts, unknown);
  }
}
