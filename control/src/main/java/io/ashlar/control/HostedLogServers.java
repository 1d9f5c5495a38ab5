package io.ashlar.control;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.RoleHosts;
import io.ashlar.message.ClusterView;
import io.ashlar.message.LogSet;
import io.ashlar.message.RecruitLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The log servers of a worker. Each is in the manifest before it is made; it is started again, to
 * serve what it holds, with every later life of the worker; and it is dropped, its files with it,
 * once no view needs it any more.
 */
final class HostedLogServers {
  /** When a log server is started late, it is so within this time. */
  private static final long LATER_MAX_NANOS = 3_000_000_000L;

  /** A log server and the requests that wait for it. */
  private static final class HostedLog {
    final boolean restarted;
    boolean started;
    boolean ready;
    final List<Inbound> waiting = new ArrayList<>();

    HostedLog(boolean restarted) {
      this.restarted = restarted;
    }
  }

  private final Host host;
  private final RoleHosts hosts;
  private final RoleFactory factory;
  private final WorkerFiles files;
  private final RecruitReplies replies;
  private final Runnable onReopened;
  private final TreeMap<Uid, HostedLog> logs = new TreeMap<>();

  /**
   * @param onReopened runs whenever one that was started again is ready: recovery may wait for it
   */
  HostedLogServers(
      Host host, RoleHosts hosts, RoleFactory factory, WorkerFiles files, Runnable onReopened) {
    this.host = host;
    this.hosts = hosts;
    this.factory = factory;
    this.files = files;
    this.replies = new RecruitReplies(host.network());
    this.onReopened = onReopened;
  }

  int count() {
    return logs.size();
  }

  /** Those that can be asked. */
  List<Uid> ready() {
    List<Uid> ready = new ArrayList<>();
    for (Map.Entry<Uid, HostedLog> log : logs.entrySet()) {
      if (log.getValue().ready) {
        ready.add(log.getKey());
      }
    }
    return ready;
  }

  /** Starts again all that the manifest has. */
  void startAgain() {
    for (Uid logId : files.manifest().logs.keySet()) {
      HostedLog log = new HostedLog(true);
      log.started = true;
      logs.put(logId, log);
      Host logHost = hosts.host("log-server", logId.low(), WorkerFiles.logFolder(logId));
      hosts.start(logId.low(), factory.restartedLogServer(logHost, logId, () -> reopened(log)));
    }
  }

  private void reopened(HostedLog log) {
    log.ready = true;
    onReopened.run();
  }

  /**
   * Makes a log server of an epoch that is not over, as far as the worker knows; answers once it is
   * ready.
   */
  void recruit(Inbound inbound, RecruitLog recruit) {
    HostedLog known = logs.get(recruit.logId());
    if (known != null && known.restarted) {
      // It serves what it holds: who recruits must not count on it, however late it asks.
      replies.refuse(inbound, "the log server was restarted and accepts nothing any more");
      return;
    }
    if (known != null && known.ready) {
      host.probes().hit("worker.log-recruited-before");
      replies.recruited(inbound, recruit.logId());
      return;
    }
    if (known != null) {
      known.waiting.add(inbound);
      return;
    }
    WorkerManifest manifest = files.manifest();
    if (recruit.old().generation().members().isEmpty() && manifest.viewEpoch > 0) {
      throw new AshlarException(
          ErrorCode.FILE_CORRUPT,
          "a database would be created over the files of database "
              + manifest.databaseId
              + ": the coordinators' files register-* are missing; restore them from copies");
    }
    if (recruit.epoch() <= manifest.viewEpoch) {
      replies.refuse(inbound, "epoch " + recruit.epoch() + " has begun");
      return;
    }
    if (recruit.old().generation().epoch() < manifest.viewEpoch) {
      throw manifest.olderState(
          "epoch "
              + recruit.epoch()
              + " would begin where epoch "
              + recruit.old().generation().epoch()
              + " ended");
    }
    HostedLog log = new HostedLog(false);
    log.waiting.add(inbound);
    logs.put(recruit.logId(), log);
    manifest.logs.put(recruit.logId(), recruit.epoch());
    files.writeManifest(
        () -> {
          if (host.faults().at("worker.start-log-later")) {
            // As if the disk were slow.
            host.timers()
                .schedule(host.random().nextLong(LATER_MAX_NANOS), () -> start(recruit, log));
          } else {
            start(recruit, log);
          }
        });
  }

  private void start(RecruitLog recruit, HostedLog log) {
    if (logs.get(recruit.logId()) != log) {
      host.probes().hit("worker.log-dropped-before-its-start");
      return;
    }
    Uid logId = recruit.logId();
    Host logHost = hosts.host("log-server", logId.low(), WorkerFiles.logFolder(logId));
    log.started = true;
    hosts.start(
        logId.low(),
        factory.logServer(
            logHost,
            recruit,
            () -> {
              log.ready = true;
              replies.recruitedAll(log.waiting, logId);
            }));
  }

  /**
   * Deletes the files of those that an earlier life has dropped, and forgets them. What this life
   * drops it does not forget: the disk may be about to give a name to a file that a log server
   * reserved before it was stopped.
   */
  void forgetDropped() {
    WorkerManifest manifest = files.manifest();
    List<Uid> gone = List.copyOf(manifest.dropped);
    if (!gone.isEmpty()) {
      host.probes().hit("worker.dropped-logs-found");
      files.deleteLogs(
          gone,
          () -> {
            if (manifest.dropped.removeAll(gone)) {
              files.writeManifest(() -> {});
            }
          });
    }
  }

  /**
   * A log server of an epoch at or below the view's that the view does not list is needed by nobody
   * any more: generations leave the coordinated state only when drained, and one that never came in
   * belongs to an attempt that failed.
   */
  void dropDrained(ClusterView view) {
    TreeSet<Uid> listed = new TreeSet<>();
    for (LogSet set : view.generations()) {
      set.generation().members().forEach(member -> listed.add(member.logId()));
    }
    WorkerManifest manifest = files.manifest();
    List<Uid> drained = new ArrayList<>();
    for (Map.Entry<Uid, Long> log : manifest.logs.entrySet()) {
      if (log.getValue() <= view.epoch() && !listed.contains(log.getKey())) {
        drained.add(log.getKey());
      }
    }
    if (drained.isEmpty()) {
      return;
    }
    for (Uid logId : drained) {
      manifest.logs.remove(logId);
      manifest.dropped.add(logId);
      HostedLog log = logs.remove(logId);
      if (log != null && log.started) {
        hosts.stop(logId.low());
      }
      host.probes().hit("worker.log-deleted");
      host.trace().event("LogServerDeleted", "logId", logId);
    }
    files.writeManifest(() -> files.deleteLogs(drained, () -> {}));
  }
}
