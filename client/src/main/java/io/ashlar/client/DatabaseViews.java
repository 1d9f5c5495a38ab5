package io.ashlar.client;

import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.leader.FollowOptions;
import io.ashlar.leader.ViewFollower;
import io.ashlar.message.Candidate;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CoordinatorSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The views of one database, until another answers: epochs of different databases cannot be
 * compared, and what was read in one must not be written into another.
 */
final class DatabaseViews {
  private final Host host;
  private DatabaseAddress address;
  private final BiConsumer<ClusterView, ClusterView> onView;
  private final Consumer<ClusterView> onOtherDatabase;
  private final ViewFollower follower;

  /**
   * @param onView hears the view before, null at first, and the new one
   * @param onOtherDatabase hears the view of another database than it must be, or than the first
   *     was; nothing comes after
   */
  DatabaseViews(
      Host host,
      DatabaseAddress address,
      BiConsumer<ClusterView, ClusterView> onView,
      Consumer<ClusterView> onOtherDatabase) {
    this.host = host;
    this.address = address;
    this.onView = onView;
    this.onOtherDatabase = onOtherDatabase;
    this.follower = new ViewFollower(host, FollowOptions.defaults(), new Told());
  }

  void follow() {
    follower.follow(address.coordinators());
  }

  /** The newest view, or null. */
  ClusterView view() {
    return follower.view();
  }

  /** The identity of the database, null while it is not known. */
  String databaseId() {
    return address.databaseId();
  }

  /** What is told of the cluster. */
  private final class Told implements ViewFollower.Listener {
    @Override
    public boolean accept(ClusterView told) {
      if (address.isOther(told.databaseId())) {
        follower.stop();
        onOtherDatabase.accept(told);
        return false;
      }
      address = address.of(told.databaseId());
      return true;
    }

    @Override
    public void onAccepted(ClusterView before, ClusterView now) {
      onView.accept(before, now);
    }

    @Override
    public void onLeader(Candidate leader) {}

    @Override
    public void onNoView(Failure failure) {
      host.probes().hit("client.view-not-told-" + failure.kind());
    }

    @Override
    public void onMoved(CoordinatorSet next) {
      address = address.at(next);
    }
  }
}
