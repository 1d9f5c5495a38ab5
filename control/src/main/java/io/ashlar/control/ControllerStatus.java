package io.ashlar.control;

import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.Endpoints;
import io.ashlar.message.LogSet;
import io.ashlar.message.RegisterWorker;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import io.ashlar.message.StorageAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * What the controller tells of the cluster, for those who look at it. Roles and workers are fields
 * of their own, one each, whose words are separated by spaces and come in the order written here.
 */
final class ControllerStatus {
  private static final int CLIENTS_MAX = 50;
  private static final long MILLI = 1_000_000;

  private final List<StatusField> fields = new ArrayList<>();

  void add(String name, String value) {
    fields.add(new StatusField(name, value));
  }

  /** A field for each setting. */
  void add(ClusterConfiguration configuration) {
    configuration
        .settings()
        .forEach((setting, value) -> add(setting.label(), Integer.toString(value)));
  }

  /** {@code role}: its kind, identity, address and zone. */
  private void addRole(String kind, Object id, Address address, String zone) {
    String where = address.equals(Address.NONE) ? "-" : address.toString();
    add("role", kind + " " + id + " " + where + " " + zone);
  }

  /** The roles of the epoch. */
  void add(EpochPlan plan) {
    addRoles("sequencer", List.of(plan.sequencer()));
    addRoles("resolver", plan.resolvers());
    addRoles("commit-proxy", plan.commitProxies());
    addRoles("read-version-proxy", plan.readVersionProxies());
    addRoles("log-server", plan.logs());
  }

  private void addRoles(String kind, List<EpochPlan.Placed> placed) {
    for (EpochPlan.Placed one : placed) {
      addRole(kind, one.roleId(), one.address(), one.zone());
    }
  }

  /**
   * The roles with a disk that outlive epochs.
   *
   * @param view the last one
   * @param isOver whether its epoch is over: all its log servers are those of an old one then
   */
  void addStored(ClusterView view, boolean isOver, WorkerRegistry workers) {
    for (StorageAddress storage : view.storages()) {
      addRole(
          "storage-server", storage.storageId(), workers.storageAddress(storage.storageId()), "");
    }
    int oldCount = view.generations().size() - (isOver ? 0 : 1);
    for (LogSet old : view.generations().subList(0, oldCount)) {
      for (LogMember member : old.generation().members()) {
        addRole(
            "old-log-server", member.logId(), workers.logAddress(member.logId()), member.zone());
      }
    }
  }

  /**
   * {@code worker}: its identity, where it listens, for how many milliseconds it has been silent,
   * and its zone.
   */
  void add(Map<RegisterWorker, Long> silences) {
    silences.forEach(
        (worker, nanos) ->
            add(
                "worker",
                worker.workerId()
                    + " "
                    + worker.process()
                    + " "
                    + nanos / MILLI
                    + " "
                    + worker.zone()));
  }

  /** {@code degraded}: two processes that do not reach each other, or hardly, and how long. */
  void addDegraded(PeerLinks.Link link, String words) {
    add("degraded", link.one() + " " + link.other() + " " + words);
  }

  /**
   * {@code log-trouble}: where a log server of the epoch is; whether it is {@code silent}, {@code
   * given_up} or {@code behind}; whether the epoch goes on without it, {@code tolerated}, or
   * commits wait for it, {@code waited-for}; for how many milliseconds.
   */
  void addLogTrouble(PipelineWatch.LogTrouble trouble) {
    add(
        "log-trouble",
        trouble.address()
            + " "
            + trouble.reason().name().toLowerCase(Locale.ROOT)
            + (trouble.isTolerated() ? " tolerated " : " waited-for ")
            + trouble.nanos() / MILLI);
  }

  /**
   * How far the moving of shards is: how many are yet to move, do move, and have moved in this
   * epoch; and the last version at which something of it was committed.
   *
   * @param last what was decided last, null when that is not known: told as {@code ?}
   */
  void addMoves(MovePlan.Outcome last, long moved, long lastVersion) {
    add("ranges-to-move", last == null ? "?" : Integer.toString(last.wrong()));
    add("ranges-moving", last == null ? "?" : Integer.toString(last.moving()));
    add("ranges-moved", Long.toString(moved));
    add("moves-version", Long.toString(lastVersion));
  }

  /**
   * {@code excluded}: the identity of a worker that is, where it listens, how many shards it has,
   * and how many other roles.
   */
  void addExcluded(Epoch epoch, ShardMover mover, WorkerRegistry workers, long nowNanos) {
    for (Uid workerId : epoch.excluded()) {
      String process = "-";
      for (RegisterWorker worker : workers.silences(nowNanos).keySet()) {
        process = worker.workerId().equals(workerId) ? worker.process() : process;
      }
      long roles = 0;
      for (EpochPlan.Placed placed : epoch.plan().all()) {
        roles += placed.process().equals(process) ? 1 : 0;
      }
      List<LogGeneration> generations = epoch.state().generations();
      for (LogGeneration old : generations.subList(0, generations.size() - 1)) {
        for (LogMember member : old.members()) {
          roles += workers.logAddress(member.logId()).process().equals(process) ? 1 : 0;
        }
      }
      add("excluded", workerId + " " + process + " " + mover.shardsOf(workerId) + " " + roles);
    }
  }

  /** {@code clients} are those who wait for a newer view and are no worker. */
  void addClients(List<Address> waiting) {
    TreeSet<String> clients = new TreeSet<>();
    for (Address each : waiting) {
      if (each.endpoint() != Endpoints.WORKER) {
        clients.add(each.toString());
      }
    }
    add("clients", Integer.toString(clients.size()));
    clients.stream().limit(CLIENTS_MAX).forEach(client -> add("client", client));
  }

  RoleStatus toRoleStatus() {
    return new RoleStatus("cluster-controller", fields);
  }
}
