package io.ashlar.server.bench;

import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Trees;
import io.ashlar.server.demo.ChildJvm;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ashlar bench index}. */
@Command(
    name = "index",
    mixinStandardHelpOptions = true,
    description = {
      "Builds an index of a large table while others write, and kills the process in the middle.",
      "Tells what writers did before, during and after; that the build went on where it was; and what",
      "a scrubber finds in the end."
    })
final class IndexCommand implements Callable<Integer> {
  private static final long PATIENCE_MINUTES = 60;

  @Spec private CommandSpec spec;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Rows of the table. Default: 1,000,000")
  private long rows;

  @Option(
      names = "--writers",
      paramLabel = "N",
      defaultValue = "4",
      description = "Writers. Default: 4")
  private int writers;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "Seconds before the build and after it. Default: 10")
  private double seconds;

  @Override
  public Integer call() throws Exception {
    if (rows < 1 || writers < 1 || !BenchCommand.isTurn(seconds)) {
      throw new ParameterException(
          spec.commandLine(),
          "--rows, --writers and --seconds are more than 0, --seconds at most 86,400: a day");
    }
    Path home = Files.createTempDirectory("ashlar-bench-index-");
    try {
      Path directory = home.resolve("store");
      run(home, directory, "load", Long.MAX_VALUE);
      long atKill = run(home, directory, "build", rows / 2);
      say("killed with SIGKILL after %,d rows of the build were committed", atKill);
      long first = run(home, directory, "resume", Long.MAX_VALUE);
      boolean resumed = first >= atKill;
      say(
          "%s the build went on at row %,d, not at the first",
          resumed ? "✓" : "✗ NOT TRUE:", first);
      return resumed ? ExitCodes.OK : ExitCodes.FAILED;
    } finally {
      Trees.delete(home);
    }
  }

  private void say(String format, Object... arguments) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(String.format(Locale.ROOT, format, arguments));
    out.flush();
  }

  /**
   * Runs a process until it ends, or kills it when it has built so many rows.
   *
   * @return the last row it told of when it was killed; else the first
   */
  private long run(Path home, Path directory, String phase, long killAtRow)
      throws IOException, InterruptedException {
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    List<Long> built = new ArrayList<>();
    try (ChildJvm child =
        new ChildJvm(
            home,
            line -> {
              if (line.startsWith(IndexWorkerCommand.BUILT)) {
                synchronized (built) {
                  built.add(Long.valueOf(line.substring(IndexWorkerCommand.BUILT.length())));
                  if (built.get(built.size() - 1) >= killAtRow) {
                    over.complete(true);
                  }
                }
              } else if (line.equals(IndexWorkerCommand.DONE)) {
                over.complete(false);
              } else {
                say("%s", line);
              }
            },
            "index-worker",
            "--dir",
            directory.toString(),
            "--phase",
            phase,
            "--rows",
            Long.toString(rows),
            "--writers",
            Integer.toString(writers),
            "--seconds",
            Double.toString(seconds))) {
      boolean killed = awaited(over, child);
      if (killed) {
        child.kill();
      } else if (child.terminate() < 0 || killAtRow != Long.MAX_VALUE) {
        throw new CommandFailedException("the process was not killed in time");
      }
      synchronized (built) {
        return built.isEmpty() ? 0 : built.get(killed ? built.size() - 1 : 0);
      }
    }
  }

  private static boolean awaited(CompletableFuture<Boolean> over, ChildJvm child)
      throws InterruptedException {
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES)) {
      try {
        return over.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException goesOn) {
        if (!child.isAlive() && !over.isDone()) {
          throw new CommandFailedException("the process has ended before it was done");
        }
      } catch (ExecutionException never) {
        throw new IllegalStateException(never);
      }
    }
    throw new CommandFailedException("the process does not come to an end");
  }
}
