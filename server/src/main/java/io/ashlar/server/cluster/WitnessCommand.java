package io.ashlar.server.cluster;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.core.AshlarException;
import io.ashlar.server.ExitCodes;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A client on a host of its own, which counts one register up and reads it, and tells on standard
 * output of every answer that it gets. It ends with its parent.
 */
@Command(name = "witness", hidden = true)
final class WitnessCommand implements Callable<Integer> {
  /** The register is outside of what checks write. */
  private static final byte[] REGISTER = "\u0000witnesses".getBytes(StandardCharsets.UTF_8);

  private static final long PAUSE_MILLIS = 20;
  private static final long TIMEOUT_MILLIS = 2_000;

  @Spec private CommandSpec spec;

  @Option(names = "--cluster", required = true)
  private Path cluster;

  @Option(names = "--number", required = true)
  private int number;

  @Option(names = "--ends-with", required = true)
  private long endsWith;

  private final CountDownLatch never = new CountDownLatch(1);
  private long written;
  private long attemptNanos;

  @Override
  public Integer call() throws InterruptedException {
    try (Database database =
        Ashlar.connect(
            cluster, DatabaseOptions.defaults().withTransactionTimeoutMillis(TIMEOUT_MILLIS))) {
      while (!never.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
          && ProcessHandle.of(endsWith).isPresent()) {
        look(database);
        count(database);
      }
    }
    return ExitCodes.OK;
  }

  /** Reads the register. */
  private void look(Database database) {
    try {
      Value found =
          database.read(
              transaction -> {
                // Only what the last attempt began after must be seen, but all of that.
                attemptNanos = System.nanoTime();
                return Value.of(transaction.get(REGISTER).join());
              });
      say(false, attemptNanos, found);
    } catch (AshlarException noAnswer) {
      complain(noAnswer);
    }
  }

  /** Makes it one more. */
  private void count(Database database) {
    String author = "w" + number + "." + ++written;
    // Whatever is acknowledged in the end, an attempt before may have done it.
    long beginNanos = System.nanoTime();
    try {
      Value made =
          database.run(
              transaction -> {
                long before = Value.of(transaction.get(REGISTER).join()).number();
                Value next = new Value(before + 1, author);
                transaction.set(REGISTER, next.bytes());
                return next;
              });
      say(true, beginNanos, made);
    } catch (AshlarException noAnswer) {
      complain(noAnswer);
    }
  }

  private void say(boolean isWrite, long beginNanos, Value value) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        new RegisterHistory.Seen(
                number, beginNanos, System.nanoTime(), isWrite, value.number, value.author)
            .line());
    out.flush();
  }

  private void complain(AshlarException noAnswer) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(noAnswer.getMessage());
    err.flush();
  }

  /** What the register holds. */
  private record Value(long number, String author) {
    static Value of(byte[] bytes) {
      if (bytes == null) {
        return new Value(0, "");
      }
      String[] words = new String(bytes, StandardCharsets.UTF_8).split(" ");
      return new Value(Long.parseLong(words[0]), words[1]);
    }

    byte[] bytes() {
      return (number + " " + author).getBytes(StandardCharsets.UTF_8);
    }
  }
}
