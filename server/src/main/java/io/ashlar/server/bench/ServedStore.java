package io.ashlar.server.bench;

import io.ashlar.server.CommandFailedException;
import io.ashlar.server.demo.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A node in a process of its own, on a free port of the loopback. */
final class ServedStore implements AutoCloseable {
  private static final long READY_SECONDS = 60;

  private final ChildJvm child;
  private final Path clusterFile;

  ServedStore(Path directory, Path temporary) throws IOException, InterruptedException {
    CompletableFuture<String> ready = new CompletableFuture<>();
    child =
        new ChildJvm(
            temporary,
            line -> {
              if (line.startsWith("ready ")) {
                ready.complete(line);
              }
            },
            "start",
            "--dir",
            directory.toString(),
            "--listen",
            "127.0.0.1:0");
    try {
      ready.get(READY_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException notReady) {
      child.close();
      throw new CommandFailedException("the node did not become ready");
    }
    clusterFile = directory.resolve("ashlar.cluster");
  }

  Path clusterFile() {
    return clusterFile;
  }

  @Override
  public void close() throws IOException {
    try {
      child.terminate();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      child.close();
    }
  }
}
