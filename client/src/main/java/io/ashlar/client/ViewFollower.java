package io.ashlar.client;

import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.ClusterView;
import io.ashlar.message.GetClusterView;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Keeps asking the controller for the cluster's view, and tells of every newer one, until another
 * database answers: epochs of different databases cannot be compared, and what was read in one must
 * not be written into another.
 */
final class ViewFollower implements ReplyHandler<ClusterView> {
  private static final long RETRY_MIN_NANOS = 10_000_000;
  private static final long RETRY_MAX_NANOS = 500_000_000;

  /** The controller answers after a second at the latest; more is a lost answer. */
  private static final long TIMEOUT_NANOS = 3_000_000_000L;

  private final Host host;
  private DatabaseAddress address;
  private final BiConsumer<ClusterView, ClusterView> onView;
  private final Consumer<ClusterView> onOtherDatabase;
  private final Backoff backoff = new Backoff(RETRY_MIN_NANOS, RETRY_MAX_NANOS);
  private ClusterView view;

  /**
   * @param onView hears the view before, null at first, and the new one
   * @param onOtherDatabase hears the view of another database than it must be, or than the first
   *     was; nothing comes after
   */
  ViewFollower(
      Host host,
      DatabaseAddress address,
      BiConsumer<ClusterView, ClusterView> onView,
      Consumer<ClusterView> onOtherDatabase) {
    this.host = host;
    this.address = address;
    this.onView = onView;
    this.onOtherDatabase = onOtherDatabase;
  }

  /** The newest view, or null. */
  ClusterView view() {
    return view;
  }

  /** The identity of the database, null while it is not known. */
  String databaseId() {
    return address.databaseId();
  }

  void ask() {
    long epoch = view == null ? 0 : view.epoch();
    long sequence = view == null ? 0 : view.sequence();
    GetClusterView request = new GetClusterView(epoch, sequence);
    host.network().request(address.controller(), request, ClusterView.class, TIMEOUT_NANOS, this);
  }

  @Override
  public void onReply(ClusterView reply) {
    if (address.isOther(reply.databaseId())) {
      onOtherDatabase.accept(reply);
      return;
    }
    address = address.of(reply.databaseId());
    backoff.reset();
    if (view == null || reply.isNewerThan(view.epoch(), view.sequence())) {
      ClusterView before = view;
      view = reply;
      onView.accept(before, reply);
    }
    ask();
  }

  @Override
  public void onFailure(Failure failure) {
    host.probes().hit("client.view-not-told-" + failure.kind());
    host.timers().schedule(backoff.nextDelayNanos(host.random()), this::ask);
  }
}
