package io.ashlar.server;

import io.ashlar.client.Database;
import java.nio.file.Path;

/** Where the program gets its databases from. */
public final class Stores {
  private Stores() {}

  public static Database open(Path directory) {
    throw notYet("open " + directory);
  }

  public static Database inMemory() {
    throw notYet("open a store in memory");
  }

  public static Database connect(Path clusterFile) {
    throw notYet("connect to " + clusterFile);
  }

  // TODO(required): io.ashlar.Ashlar, as soon as module embedded has it.
  private static CommandFailedException notYet(String what) {
    return new CommandFailedException("cannot " + what + " yet", ExitCodes.UNAVAILABLE);
  }
}
