package io.ashlar.server;

import io.ashlar.control.WorkerPlace;
import io.ashlar.core.AshlarException;
import io.ashlar.embedded.ClusterFile;
import io.ashlar.embedded.LocalNode;
import io.ashlar.embedded.NodeOptions;
import io.ashlar.message.WorkerClass;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ashlar start}. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = {
      "Serves the store in a directory over TCP, until SIGTERM or Ctrl-C.",
      "Prints one line, `ready FILE`, when clients can connect with that cluster file."
    })
final class StartCommand implements Callable<Integer> {
  private static final long LOOK_MILLIS = 200;
  private static final long LOOK_FOR_READY_MILLIS = 20;

  /** How long it waits for the database without a word. */
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  @Spec private CommandSpec spec;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "ashlar-data",
      description = "Where the store is; made if it is absent. Default: ashlar-data")
  private Path dir;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:4500",
      description = "Where to accept clients; port 0 for a free one. Default: 127.0.0.1:4500")
  private String listen;

  @Option(
      names = "--cluster",
      paramLabel = "FILE",
      description = {
        "Joins the cluster that this file tells of, at the first start; later the directory knows it.",
        "Default: a cluster of its own"
      })
  private Path cluster;

  @Option(
      names = "--zone",
      paramLabel = "NAME",
      description =
          "What fails together with this node, such as its machine or rack. Default: the address it"
              + " listens at")
  private String zone;

  @Option(
      names = "--machine",
      paramLabel = "NAME",
      description =
          "What this node shares disks and processors with: roles are spread over machines too."
              + " Default: the host it listens at")
  private String machine;

  @Option(
      names = "--class",
      paramLabel = "storage|log|stateless|any",
      defaultValue = "any",
      description = "The roles this node is for. Default: any")
  private WorkerClass workerClass;

  @Mixin private CreationOptions creation;

  @Option(
      names = "--ends-with",
      hidden = true,
      description = "Ends as soon as the process with this number is not there any more.")
  private Long endsWith;

  @Option(
      names = "--insecure",
      description = "Allows an address that other machines reach, though there is no TLS yet.")
  private boolean insecure;

  @Override
  public Integer call() throws InterruptedException {
    ListenAddress address = ListenAddress.parse(listen);
    if (!insecure && !address.isLoopback()) {
      throw new CommandFailedException(
          address
              + " can be reached from other machines, and there is neither encryption nor a"
              + " password yet: whoever reaches it can read and change everything. Listen on"
              + " 127.0.0.1, or accept that with --insecure",
          ExitCodes.USAGE);
    }
    CountDownLatch asked = new CountDownLatch(1);
    Signals.register("TERM", asked::countDown);
    Signals.register("INT", asked::countDown);
    NodeOptions options =
        NodeOptions.on(dir)
            .listeningAt(address.host(), address.port())
            .at(new WorkerPlace(zone, machine, workerClass));
    if (cluster != null) {
      options = options.joining(ClusterFile.read(cluster));
    }
    try (LocalNode node = begin(creation.applyTo(options), address)) {
      return serve(node, asked);
    }
  }

  /** Until it is asked to stop, or fails. */
  private int serve(LocalNode node, CountDownLatch asked) throws InterruptedException {
    boolean ready = false;
    long begunNanos = System.nanoTime();
    boolean told = false;
    while (!asked.await(ready ? LOOK_MILLIS : LOOK_FOR_READY_MILLIS, TimeUnit.MILLISECONDS)) {
      if (node.failure() != null) {
        return Failures.report(node.failure(), spec.commandLine().getErr());
      }
      if (endsWith != null && ProcessHandle.of(endsWith).isEmpty()) {
        break;
      }
      if (!ready && node.isReady()) {
        ready = true;
        tellReady(node);
      }
      if (!ready && !told && System.nanoTime() - begunNanos > PATIENCE_NANOS) {
        told = true;
        spec.commandLine().getErr().println("ashlar: still waiting: " + node.waitsFor());
        spec.commandLine().getErr().flush();
      }
    }
    return ExitCodes.OK;
  }

  private void tellReady(LocalNode node) {
    Path clusterFile = dir.resolve(ClusterFile.NAME);
    node.clusterFile().write(clusterFile);
    PrintWriter out = spec.commandLine().getOut();
    out.println("ready " + clusterFile.toAbsolutePath().normalize());
    out.flush();
  }

  private static LocalNode begin(NodeOptions options, ListenAddress address) {
    try {
      return LocalNode.begin(options);
    } catch (AshlarException failure) {
      String line = Failures.line(failure);
      if (line.contains("Address already in use")) {
        line = "another program listens on " + address + "; --listen 127.0.0.1:0 takes a free port";
      }
      throw new CommandFailedException(line, ExitCodes.UNAVAILABLE, failure);
    }
  }
}
