package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.leader.FollowOptions;
import io.ashlar.leader.TermPatience;
import io.ashlar.leader.ViewFollower;
import io.ashlar.message.Address;
import io.ashlar.message.Candidate;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CoordinatorSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The views of one database, until another answers: epochs of different databases cannot be
 * compared, and what was read in one must not be written into another.
 */
final class DatabaseViews {
  /** Longer than coordinators name a leader that has died: another's may be at its address now. */
  private static final long OTHER_NANOS = 15_000_000_000L;

  private final Host host;
  private DatabaseAddress address;
  private final BiConsumer<ClusterView, ClusterView> onView;
  private final Consumer<AshlarException> onOtherDatabase;
  private final TermPatience patience = new TermPatience(OTHER_NANOS);
  private final ViewFollower follower;

  /**
   * @param onView hears the view before, null at first, and the new one
   * @param onOtherDatabase hears that another database is there than must be, or than was at first;
   *     nothing comes after
   */
  DatabaseViews(
      Host host,
      DatabaseAddress address,
      BiConsumer<ClusterView, ClusterView> onView,
      Consumer<AshlarException> onOtherDatabase) {
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

  private void endBecause(String what) {
    follower.stop();
    onOtherDatabase.accept(
        new AshlarException(
            ErrorCode.CONNECTION_STRING_INVALID,
            what + "; if that one is meant, connect with the cluster file that its node wrote"));
  }

  private String places() {
    return address.coordinators().coordinators().stream()
        .map(Address::process)
        .collect(Collectors.joining(", "));
  }

  /** What is told of the cluster. */
  private final class Told implements ViewFollower.Listener {
    @Override
    public boolean accept(ClusterView told) {
      if (address.isOther(told.databaseId())) {
        host.probes().hit("client.view-of-another-database");
        if (patience.isExhausted(follower.term(), host.clock().nowNanos())) {
          endBecause(
              "another database answers there: it is "
                  + told.databaseId()
                  + ", not "
                  + address.databaseId());
        }
        return false;
      }
      patience.onCredible();
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
      if (failure.isRefusal(ErrorCode.CONNECTION_STRING_INVALID)) {
        endBecause(
            "the coordinators at "
                + places()
                + " know nothing of database "
                + address.coordinators().id()
                + ": another one answers there ("
                + failure.detail()
                + ")");
      }
    }

    @Override
    public void onMoved(CoordinatorSet next) {
      address = address.at(next);
      address.onMoved().accept(next);
    }
  }
}
