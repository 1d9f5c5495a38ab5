package io.ashlar.server;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import java.nio.file.Path;

/** Where the program gets its databases from. */
public final class Stores {
  private Stores() {}

  public static Database open(Path directory) {
    return Ashlar.open(directory);
  }

  public static Database inMemory() {
    return Ashlar.inMemory();
  }

  public static Database connect(Path clusterFile) {
    return Ashlar.connect(clusterFile);
  }
}
