package io.ashlar.simulation;

import io.ashlar.host.Failure;
import io.ashlar.leader.ViewFollower;
import io.ashlar.message.Candidate;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CoordinatorSet;

/** Hears of every view of a cluster that is the only one in its world. */
abstract class AcceptedViews implements ViewFollower.Listener {
  @Override
  public final boolean accept(ClusterView told) {
    return true;
  }

  @Override
  public final void onLeader(Candidate leader) {}

  @Override
  public final void onNoView(Failure failure) {}

  @Override
  public final void onMoved(CoordinatorSet next) {}
}
