package io.ashlar.server;

import io.ashlar.control.ClusterConfiguration;
import io.ashlar.control.ControllerOptions;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Limits;
import io.ashlar.embedded.NodeOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The options that say what a database is to be like when it is created, if that is done here. */
public final class CreationOptions {
  private static final int LOGS_DEFAULT = 3;

  @Option(
      names = "--replication",
      paramLabel = "single|double|triple",
      description = {
        "When the database is created: in how many zones everything is kept.",
        "Default: single"
      })
  private Replication replication;

  @Option(
      names = "--processes",
      paramLabel = "N",
      description = {
        "When the database is created: waits for so many processes first, and deals the storage over"
            + " them. All of them must be started with the same options.",
        "Default: as many as there are copies"
      })
  private Integer processes;

  @Option(
      names = "--logs",
      paramLabel = "N",
      description = {
        "When the database is created: how many log servers it has.",
        "Default: 3, but at most one in a process, and at least as many as there are copies"
      })
  private Integer logs;

  @Option(
      names = "--proxies",
      paramLabel = "N",
      description = {
        "When the database is created: how many commit proxies it has, and read-version proxies.",
        "Default: 1"
      })
  private Integer proxies;

  @Option(
      names = "--resolvers",
      paramLabel = "N",
      description = {"When the database is created: how many resolvers it has.", "Default: 1"})
  private Integer resolvers;

  @Option(
      names = "--split",
      paramLabel = "FILE",
      description = {
        "When the database is created: a file with keys, one in a line in their order and as the"
            + " shell shows them (\\x00 for a byte), at which it is divided into shards; at most 254."
            + " All processes must be started with the same.",
        "Default: 256 shards that suit keys of text and of tuples"
      })
  private Path split;

  /** In how many zones everything is kept. */
  public enum Replication {
    SINGLE,
    DOUBLE,
    TRIPLE;

    /** How many. */
    public int copies() {
      return ordinal() + 1;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** In how many zones everything is kept; null when it is not said. */
  public Replication replication() {
    return replication;
  }

  /** How many processes there are; null when it is not said. */
  public Integer processes() {
    return processes;
  }

  /**
   * The same for a node. When none of them is given it creates no database but one of its own.
   *
   * @throws CommandFailedException when there can be no such database
   */
  NodeOptions applyTo(NodeOptions node) {
    int copies = (replication == null ? Replication.SINGLE : replication).copies();
    int workers = processes == null ? copies : processes;
    if (workers < copies) {
      throw new CommandFailedException(
          "--replication " + replication + " needs --processes " + copies + " or more",
          ExitCodes.USAGE);
    }
    int logServers = logs == null ? Math.max(copies, Math.min(workers, LOGS_DEFAULT)) : logs;
    int proxyCount = proxies == null ? 1 : proxies;
    ControllerOptions controller =
        node.controller()
            .withWorkersAtCreation(workers)
            .withSplitAtCreation(split == null ? List.of() : SplitFile.read(split));
    try {
      return node.withController(controller)
          .creating(isAnyGiven())
          .withConfiguration(
              new ClusterConfiguration(
                  proxyCount,
                  proxyCount,
                  resolvers == null ? 1 : resolvers,
                  logServers,
                  workers,
                  copies,
                  0,
                  Limits.WINDOW_VERSIONS));
    } catch (AshlarException impossible) {
      throw new CommandFailedException(impossible.detail(), ExitCodes.USAGE, impossible);
    }
  }

  private boolean isAnyGiven() {
    return replication != null
        || processes != null
        || logs != null
        || proxies != null
        || resolvers != null
        || split != null;
  }
}
