package io.ashlar.server.check;

import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.core.Bytes;
import io.ashlar.core.SeededRandom;
import io.ashlar.embedded.ClusterFile;
import io.ashlar.embedded.Connections;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Failures;
import io.ashlar.simulation.workload.SimClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A check of a real cluster: clients on one thread, over a few connections, and a judge beside
 * them. For any thread; close it.
 */
public final class ClusterCheck implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 4;
  private static final long STEPS_OF_ROUND = 4_000;

  private final Path file;
  private final ClusterFile cluster;
  private final Bytes prefix;
  private final ClientThread working = new ClientThread("check-clients");
  private final ClientThread judging = new ClientThread("check-judge");
  private final List<Database> databases = new CopyOnWriteArrayList<>();
  private final Rounds rounds;
  private final int clients;
  private final String workload;
  private long begunNanos;
  private long endedNanos;

  /**
   * Connects; nothing is sent before {@link #begin}.
   *
   * @param workload as {@link io.ashlar.simulation.workload.Workloads#forClients} takes it
   * @param prefix of all keys that it writes; they must be nobody else's
   * @throws io.ashlar.core.AshlarException when the file is not there or is none
   */
  public ClusterCheck(Path file, String workload, int clients, Bytes prefix) {
    this(file, workload, clients, prefix, STEPS_OF_ROUND);
  }

  ClusterCheck(Path file, String workload, int clients, Bytes prefix, long stepsOfRound) {
    this.file = file;
    this.cluster = ClusterFile.read(file);
    this.workload = workload;
    this.clients = clients;
    this.prefix = prefix;
    SeededRandom random = new SeededRandom(System.nanoTime());
    for (int i = 0; i < Math.min(clients, CONNECTIONS_MAX); i++) {
      connect(DatabaseOptions.defaults(), working);
    }
    List<SimClient> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      Database database = databases.get(i % databases.size());
      all.add(client(i, working, database, random.fork("client " + i)));
    }
    Database own = connect(DatabaseOptions.defaults(), judging);
    SimClient judge = client(clients, judging, own, random.fork("judge"));
    rounds = new Rounds(workload, prefix, stepsOfRound, all, judge);
  }

  private Database connect(DatabaseOptions options, ClientThread callers) {
    Database made = Connections.connect(cluster, options, callers);
    databases.add(made);
    return made;
  }

  private SimClient client(int place, ClientThread thread, Database database, SeededRandom random) {
    return new SimClient(
        place + 1,
        place,
        clients,
        thread,
        database,
        random,
        thread::nextMoment,
        options -> connect(options, thread),
        () -> Integer.MAX_VALUE,
        // How long ids live there is not known here: none of these workloads asks.
        () -> 0);
  }

  /**
   * Waits until the cluster answers, and sets the clients to work.
   *
   * @param ofItsOwn whether there must be no other keys in the database
   * @throws CommandFailedException when nothing has come about after {@code secondsMax}
   */
  public void begin(long secondsMax, boolean ofItsOwn) throws InterruptedException {
    Database judge = databases.get(databases.size() - 1);
    CompletableFuture<Boolean> isEmpty =
        judge.readAsync(
            transaction ->
                transaction
                    .getRange(new byte[0], new byte[] {(byte) 0xff}, 1)
                    .asList()
                    .thenApply(List::isEmpty));
    String silent =
        "the cluster of "
            + file
            + " does not answer within "
            + secondsMax
            + " s; `ashlar status --cluster "
            + file
            + "` tells why";
    boolean nobodysKeys = await(isEmpty, secondsMax, silent);
    if (ofItsOwn && !nobodysKeys) {
      throw new CommandFailedException(
          "the database has keys already; without --spread they are left alone", ExitCodes.FAILED);
    }
    await(ask(rounds::begin).thenCompose(begun -> begun), secondsMax, silent);
    begunNanos = System.nanoTime();
  }

  private static <T> T await(CompletableFuture<T> future, long secondsMax, String otherwise)
      throws InterruptedException {
    try {
      return future.get(secondsMax, TimeUnit.SECONDS);
    } catch (TimeoutException silence) {
      throw new CommandFailedException(otherwise, ExitCodes.UNAVAILABLE, silence);
    } catch (ExecutionException failure) {
      throw new CommandFailedException(
          Failures.line(Failures.unwrap(failure)), ExitCodes.UNAVAILABLE, failure);
    }
  }

  /** Asks the clients' thread. */
  private <T> CompletableFuture<T> ask(Supplier<T> question) {
    return CompletableFuture.supplyAsync(question, working.executor());
  }

  /** How it goes. */
  public CheckProgress progress() {
    return ask(() -> {
          long now = System.nanoTime();
          Gaps gaps = rounds.gaps();
          return new CheckProgress(
              (now - begunNanos) / 1e9,
              rounds.tally(),
              rounds.stepsUnderWay(),
              rounds.judgedCount(),
              gaps.longestNanos(now),
              gaps.underWayNanos(now),
              rounds.isStopping());
        })
        .join();
  }

  /** From here on {@link #longestGapSinceMarkNanos} counts. */
  public void mark() {
    ask(() -> {
          rounds.gaps().mark();
          return rounds;
        })
        .join();
  }

  /** The longest time without an acknowledgement since then, one that has not ended included. */
  public long longestGapSinceMarkNanos() {
    return ask(() -> rounds.gaps().longestSinceMarkNanos(System.nanoTime())).join();
  }

  /** How long nothing has been acknowledged up to now. */
  public long gapUnderWayNanos() {
    return ask(() -> rounds.gaps().underWayNanos(System.nanoTime())).join();
  }

  /**
   * Lets the clients come to their end, and judges what they have done.
   *
   * @param secondsMax after which the cluster is given up, and what is not judged stays so
   */
  public CheckReport end(long secondsMax) throws InterruptedException {
    endedNanos = System.nanoTime();
    boolean isJudged = true;
    try {
      ask(rounds::end).thenCompose(ended -> ended).get(secondsMax, TimeUnit.SECONDS);
    } catch (TimeoutException silence) {
      isJudged = false;
    } catch (ExecutionException failure) {
      throw new CommandFailedException(
          Failures.line(Failures.unwrap(failure)), ExitCodes.FAILED, failure);
    }
    boolean judged = isJudged;
    return ask(() -> report(judged)).join();
  }

  private CheckReport report(boolean isJudged) {
    Gaps gaps = rounds.gaps();
    return new CheckReport(
        workload,
        clients,
        (endedNanos - begunNanos) / 1e9,
        rounds.tally(),
        rounds.violations(),
        gaps.availability(),
        gaps.longestNanos(),
        gaps.medianNanos(),
        rounds.judgedCount(),
        rounds.stepsUnderWay(),
        isJudged,
        new String(prefix.toArray(), StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    databases.forEach(Database::close);
    working.close();
    judging.close();
  }
}
