package io.ashlar.control;

import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.host.RoleHosts;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Endpoints;
import io.ashlar.message.Pong;
import io.ashlar.message.Refused;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import java.util.List;

/**
 * A process that would be the cluster controller. While it leads there is one at {@link
 * Endpoints#CONTROLLER}, a new one for each term, and otherwise nobody.
 */
public final class ControllerCandidate implements Role {
  private final Host host;
  private final RoleHosts hosts;
  private final ControllerOptions options;
  private final ClusterConfiguration configurationForNew;
  private final LeaderElection election;
  private Membership membership;
  private boolean hasController;
  private long terms;

  /**
   * @param hosts makes the host of the controller
   * @param membership which database it may lead, and who elect the controller
   * @param priority how well the process suits, lower is better
   * @param configurationForNew what to create when there is no database yet; else unused
   */
  public ControllerCandidate(
      Host host,
      RoleHosts hosts,
      Membership membership,
      int priority,
      ControllerOptions options,
      ClusterConfiguration configurationForNew) {
    this.host = host;
    this.hosts = hosts;
    this.membership = membership;
    this.options = options;
    this.configurationForNew = configurationForNew;
    Address controller = new Address(host.network().self().process(), Endpoints.CONTROLLER);
    this.election =
        new LeaderElection(
            host,
            membership.coordinators(),
            options.election(),
            controller,
            priority,
            new Elected());
  }

  @Override
  public void start() {
    election.start();
  }

  @Override
  public void onMessage(Inbound inbound) {
    switch (inbound.message().kind()) {
      case PING -> host.network().reply(inbound, new Pong());
      case GET_ROLE_STATUS -> host.network().reply(inbound, status());
      default -> {
        host.probes().hit("candidate.foreign-message");
        if (inbound.wantsReply()) {
          host.network()
              .reply(
                  inbound,
                  new Refused(
                      ErrorCode.MALFORMED_REQUEST,
                      "a candidate does not answer " + inbound.message().kind()));
        }
      }
    }
  }

  @Override
  public void onBatchEnd() {}

  @Override
  public void stop() {
    election.stop();
  }

  /** Whether it leads by right at this moment: of one set of coordinators one does at most. */
  public boolean hasLease() {
    return election.hasLease();
  }

  /**
   * Closes in peace: another may lead at once. Called at most once.
   *
   * @param onClosed runs when the coordinators know, or do not answer
   */
  public void close(Runnable onClosed) {
    election.resign(onClosed);
  }

  private void resign() {
    if (hasController) {
      hasController = false;
      hosts.stop(Endpoints.CONTROLLER);
    }
  }

  private RoleStatus status() {
    return new RoleStatus(
        "controller-candidate",
        List.of(
            new StatusField("leads", Boolean.toString(election.isLeading())),
            new StatusField("terms", Long.toString(terms))));
  }

  /** Hears whether it leads. */
  private final class Elected implements LeaderElection.Listener {
    @Override
    public void onElected(Uid changeId) {
      terms++;
      hasController = true;
      host.probes().hit("candidate.elected");
      host.trace().event("ControllerElected", "changeId", changeId);
      Host own = hosts.host("cluster-controller", Endpoints.CONTROLLER, "controller");
      CoordinatedStates states =
          new CoordinatedStateQuorum(
              own,
              membership.coordinators(),
              options.quorum(),
              // As an event of its own: it stops the controller, which tells it.
              next -> host.timers().schedule(0, () -> election.moved(next)));
      hosts.start(
          Endpoints.CONTROLLER,
          new ClusterController(own, options, membership, states, election, configurationForNew));
    }

    @Override
    public void onLost(Uid changeId) {
      host.probes().hit("candidate.lost-the-lead");
      host.trace().event("ControllerLostTheLead", "changeId", changeId);
      resign();
    }

    @Override
    public void onMoved(CoordinatorSet next) {
      membership = membership.at(next);
    }
  }
}
