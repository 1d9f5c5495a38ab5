package io.ashlar.control;

import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Nominee;
import io.ashlar.message.Resigned;

/**
 * Tells the coordinators once that nobody leads by a change id any more. Who does not hear it holds
 * what it has promised for as long as that may take: nothing but time depends on it.
 */
final class Resignation implements ReplyHandler<Nominee> {
  private final Host host;
  private final CoordinatorSet set;
  private final Uid changeId;
  private int missing;
  private Runnable onTold;

  Resignation(Host host, CoordinatorSet set, Uid changeId) {
    this.host = host;
    this.set = set;
    this.changeId = changeId;
  }

  /**
   * @param patienceNanos how long each coordinator may take to answer
   * @param then runs once each has answered, or does not
   */
  void send(long patienceNanos, Runnable then) {
    onTold = then;
    missing = set.coordinators().size();
    for (Address coordinator : set.coordinators()) {
      host.network()
          .request(
              coordinator, new Resigned(set.id(), changeId), Nominee.class, patienceNanos, this);
    }
  }

  @Override
  public void onReply(Nominee answer) {
    onEnd();
  }

  @Override
  public void onFailure(Failure failure) {
    onEnd();
  }

  private void onEnd() {
    missing--;
    if (missing == 0) {
      onTold.run();
    }
  }
}
