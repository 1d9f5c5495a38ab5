package io.ashlar.server.cluster;

import io.ashlar.core.Bytes;
import io.ashlar.embedded.ClusterFile;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Json;
import io.ashlar.server.Main;
import io.ashlar.server.check.CheckReport;
import io.ashlar.server.check.ClusterCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A folder, a cluster in it, and clients that are busy with a check: what a trial works with. */
final class TrialGround {
  private static final long UP_SECONDS_MAX = 180;
  private static final long CONNECT_SECONDS_MAX = 60;
  private static final long PATIENCE_SECONDS = 300;

  private final Path folder;
  private final String workload;
  private final int clients;
  private final Consumer<String> say;
  private final Json facts = Json.object();
  private final Deque<Undoing> undoings = new ArrayDeque<>();
  private LocalCluster cluster;
  private ClusterCheck check;
  private ClusterWatch watch;
  private CheckReport report;

  /**
   * @param folder of the cluster; there is none yet
   * @param say takes lines for people
   */
  TrialGround(Path folder, String workload, int clients, Consumer<String> say) {
    this.folder = folder;
    this.workload = workload;
    this.clients = clients;
    this.say = say;
  }

  /** Takes something back that was made of this machine. */
  interface Undoing {
    void run() throws IOException, InterruptedException;
  }

  /** Has something done when all processes have ended; what is asked for last is done first. */
  void atEnd(Undoing undoing) {
    undoings.push(undoing);
  }

  Path folder() {
    return folder;
  }

  /** Tells how it goes. */
  void say(String line) {
    say.accept(line);
  }

  /** Something for the JSON object. */
  void fact(String name, Object value) {
    facts.put(name, value);
  }

  /** Fails with a sentence unless something holds. */
  void require(boolean holds, String what) {
    if (!holds) {
      throw new CommandFailedException(what, ExitCodes.FAILED);
    }
  }

  /** Runs a command of this program, which must end with a code; gives what it printed. */
  String command(int code, String... words) {
    StringWriter said = new StringWriter();
    PrintWriter both = new PrintWriter(said, true);
    int ended = Main.execute(both, both, words);
    require(
        ended == code,
        "`" + String.join(" ", words) + "` ended with " + ended + ", not " + code + ":\n" + said);
    return said.toString();
  }

  /** Starts all processes, and waits until they have their database. */
  void start(LocalCluster planned) throws IOException, InterruptedException {
    cluster = planned;
    start(planned.processes());
  }

  /** Starts the first process, with a store that is in its directory; the others have not begun. */
  void startFirst(LocalCluster planned) throws IOException, InterruptedException {
    cluster = planned;
    LocalProcess first = planned.process(1);
    long begin = first.start(ProcessHandle.current().pid());
    long begunNanos = System.nanoTime();
    while (!first.isReadySince(begin)) {
      require(
          first.handle().isPresent()
              && System.nanoTime() - begunNanos < TimeUnit.SECONDS.toNanos(UP_SECONDS_MAX),
          "the first process does not come up: " + first.lastLineSince(begin));
      first.awaitEnd(0);
    }
    Files.copy(first.data().resolve(ClusterFile.NAME), planned.clusterFile());
  }

  /** Starts some of them; they end with this program. */
  void start(List<LocalProcess> some) throws IOException, InterruptedException {
    List<Availability.Started> started = new ArrayList<>();
    for (LocalProcess process : some) {
      started.add(new Availability.Started(process, process.start(ProcessHandle.current().pid())));
    }
    new Availability(cluster, new PrintWriter(new StringWriter())).await(started, UP_SECONDS_MAX);
  }

  /**
   * Sets the clients to work, all over the key space but what begins with a zero byte.
   *
   * @param isEmpty whether nothing else may be there
   */
  void beginCheck(boolean isEmpty) throws InterruptedException {
    check = new ClusterCheck(cluster.clusterFile(), workload, clients, Bytes.EMPTY);
    check.begin(CONNECT_SECONDS_MAX, isEmpty);
    watch = new ClusterWatch(cluster, check, PATIENCE_SECONDS);
  }

  LocalCluster cluster() {
    return cluster;
  }

  ClusterCheck check() {
    return check;
  }

  ClusterWatch watch() {
    return watch;
  }

  /** Ends the clients, and judges what they did; the first call counts. */
  CheckReport judge() throws InterruptedException {
    if (report == null && check != null) {
      report = check.end(CONNECT_SECONDS_MAX);
    }
    return report;
  }

  /** What there is to tell of it. */
  Json json() {
    return Json.object().putAll(facts).put("check", report == null ? null : report.json());
  }

  /** Ends all processes at once. */
  void killAll() throws IOException, InterruptedException {
    if (cluster != null) {
      for (LocalProcess process : cluster.processes()) {
        process.destroy();
      }
      for (LocalProcess process : cluster.processes()) {
        process.kill();
      }
    }
  }

  /** Ends everything that was begun for it. */
  void end() throws IOException, InterruptedException {
    if (watch != null) {
      watch.close();
    }
    if (check != null) {
      check.close();
    }
    killAll();
    IOException failure = null;
    while (!undoings.isEmpty()) {
      try {
        undoings.pop().run();
      } catch (IOException notUndone) {
        if (failure == null) {
          failure = notUndone;
        } else {
          failure.addSuppressed(notUndone);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
