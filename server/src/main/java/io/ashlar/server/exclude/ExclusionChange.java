package io.ashlar.server.exclude;

import io.ashlar.client.Database;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.embedded.ClusterFile;
import io.ashlar.embedded.ClusterStatus;
import io.ashlar.embedded.StatusProbe;
import io.ashlar.server.ClusterChoice;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Failures;
import io.ashlar.server.Stores;
import io.ashlar.server.status.ClusterLook;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What {@code ashlar exclude} and {@code include} have in common. */
abstract class ExclusionChange implements Callable<Integer> {
  private static final long BETWEEN_NANOS = 300_000_000L;

  @Spec private CommandSpec spec;

  @Mixin private ClusterChoice cluster;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "How long to wait until it is done. Default: 600")
  private long timeoutSeconds;

  private final long begunNanos = System.nanoTime();
  private String told = "";

  /** What one of them does, with the cluster as it is. */
  abstract int run(StatusProbe probe, ClusterStatus status) throws InterruptedException;

  @Override
  public final Integer call() throws InterruptedException {
    if (timeoutSeconds < 1) {
      throw new CommandFailedException(
          "--timeout must be 1 or more seconds, not " + timeoutSeconds, ExitCodes.USAGE);
    }
    try (StatusProbe probe = StatusProbe.connect(ClusterFile.read(cluster.file()))) {
      ClusterStatus status = ClusterLook.look(probe, List.of());
      if (!status.controller().isThere() || status.view() == null) {
        throw new CommandFailedException(
            "the database takes no transactions now: " + status.noView() + "; `status` tells more",
            ExitCodes.UNAVAILABLE);
      }
      return run(probe, status);
    }
  }

  /** Commits a change of system keys. */
  final void commit(Consumer<Transaction> change) {
    try (Database database = Stores.connect(cluster.file())) {
      database.run(
          transaction -> {
            transaction.options().setTimeout(TimeUnit.SECONDS.toMillis(timeoutSeconds));
            transaction.options().setAccessSystemKeys();
            // To set or clear the same twice is as good as once.
            transaction.options().setIdempotent();
            change.accept(transaction);
            return null;
          });
    } catch (AshlarException | CompletionException failure) {
      throw new CommandFailedException(
          "this cannot be committed now: " + Failures.line(Failures.unwrap(failure)),
          ExitCodes.UNAVAILABLE,
          failure);
    }
  }

  final ClusterStatus lookAgain(StatusProbe probe) throws InterruptedException {
    ClusterLook.await(probe.after(BETWEEN_NANOS));
    return ClusterLook.look(probe, List.of());
  }

  final boolean isTimeOver() {
    return System.nanoTime() - begunNanos > TimeUnit.SECONDS.toNanos(timeoutSeconds);
  }

  final long timeoutSeconds() {
    return timeoutSeconds;
  }

  /** Says what is new. */
  final void tell(String words) {
    if (!words.equals(told)) {
      told = words;
      PrintWriter out = spec.commandLine().getOut();
      out.println(words);
      out.flush();
    }
  }
}
