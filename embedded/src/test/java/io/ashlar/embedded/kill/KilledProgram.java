package io.ashlar.embedded.kill;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.embedded.LocalNode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The process that is killed: opens the store, says what it finds, commits until it is killed or
 * has closed the store, and tells its parent all of it on standard output.
 *
 * <p>Arguments: the directory; the number of this life; how many committers; after how many
 * acknowledgements it closes; {@code small} for a store whose files and windows are so small that
 * everything which happens rarely happens all the time, else {@code default}.
 */
final class KilledProgram {
  // Not System.out: each line must be one write of its own, with nothing kept back in a buffer.
  private static final OutputStream PIPE = new FileOutputStream(FileDescriptor.out);

  private KilledProgram() {}

  public static void main(String[] arguments) throws InterruptedException {
    Path directory = Path.of(arguments[0]);
    int life = Integer.parseInt(arguments[1]);
    int committerCount = Integer.parseInt(arguments[2]);
    int closeAfter = Integer.parseInt(arguments[3]);
    say("opening");
    if (arguments[4].equals("small")) {
      try (LocalNode node = LocalNode.start(SmallStores.on(directory))) {
        run(node.connect(DatabaseOptions.defaults()), life, committerCount, closeAfter);
      }
    } else {
      try (Database database = Ashlar.open(directory)) {
        run(database, life, committerCount, closeAfter);
      }
    }
    say("closed");
    // Whatever threads are still alive.
    System.exit(0);
  }

  /** Returns when enough was acknowledged; the committers go on until the store is closed. */
  private static void run(Database database, int life, int committerCount, int closeAfter)
      throws InterruptedException {
    StringBuilder report = new StringBuilder();
    Committers.report(database, line -> report.append(line).append('\n'));
    report.append("ready");
    say(report.toString());
    Committers committers = new Committers(database, life, KilledProgram::say, closeAfter);
    committers.start(committerCount);
    committers.awaitEnough();
    say("closing");
  }

  private static synchronized void say(String line) {
    try {
      PIPE.write(Committers.utf8(line + "\n"));
    } catch (IOException parentIsGone) {
      throw new UncheckedIOException(parentIsGone);
    }
  }
}
