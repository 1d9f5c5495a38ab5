package io.ashlar.runtime;

import io.ashlar.host.Loop;
import io.ashlar.host.RoleHosts;
import io.ashlar.host.contract.PortWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Processes as they are in production, all in this JVM, connected by real sockets. */
final class ProcessWorld implements PortWorld {
  private static final long BOUND_NANOS = 30_000_000_000L;
  private static final long LOOK_AGAIN_NANOS = 200_000;

  /** What the processes of a world keep their files on. */
  enum Files {
    MEMORY,
    DIRECTORY,
    DIRECTORY_THAT_LOSES_UNSYNCED,
    DIRECTORY_THAT_TEARS_UNSYNCED
  }

  private final Files files;
  private final Path folder;
  private final HostOptions options;
  private boolean portable;
  private final CountDownLatch anyFailed = new CountDownLatch(1);
  private final List<HostProcess> processes = new ArrayList<>();

  ProcessWorld(Files files, Path folder, HostOptions options) {
    this.files = files;
    this.folder = folder;
    this.options = options;
  }

  /** With sockets as they are where the system has no better way. */
  ProcessWorld portable() {
    portable = true;
    return this;
  }

  /** A kill as the loop hears of it. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed by the test", null, false, false);
    }
  }

  /** One process and its lives. */
  final class HostProcess implements Process {
    private final String folderName;
    private final MemoryFiles memory = new MemoryFiles();
    private UnsyncedLossFiles lossFiles;
    private BreakingFiles breakable;
    private ProcessHost host;
    private String name;
    private int lives;
    private volatile Throwable failure;
    private volatile boolean stopped;

    HostProcess(String folderName) {
      this.folderName = folderName;
      begin(0);
    }

    private void begin(int port) {
      lives++;
      ProcessHost.Builder builder =
          ProcessHost.builder()
              .name(folderName + "-" + lives)
              .listen("127.0.0.1", port)
              .seed(lives)
              .options(options)
              .onFailure(this::onFailure);
      if (portable) {
        builder.portableSockets();
      }
      if (files == Files.MEMORY) {
        builder.inMemory(memory);
      } else {
        builder.directory(folder.resolve(folderName));
      }
      if (files == Files.DIRECTORY_THAT_LOSES_UNSYNCED) {
        lossFiles = new UnsyncedLossFiles(lives, 0);
      } else if (files == Files.DIRECTORY_THAT_TEARS_UNSYNCED) {
        lossFiles = new UnsyncedLossFiles(lives, 300_000);
      }
      breakable = new BreakingFiles(lossFiles == null ? FileLayer.ofTheMachine() : lossFiles);
      builder.fileLayer(breakable);
      stopped = false;
      try {
        host = builder.open();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      name = host.process();
    }

    private void onFailure(Throwable cause) {
      if (cause.getCause() instanceof BreakingFiles.Broken) {
        stopped = true;
      } else if (!(cause instanceof Killed)) {
        failure = cause;
        anyFailed.countDown();
      }
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Loop loop() {
      return host;
    }

    @Override
    public RoleHosts hosts() {
      return host;
    }

    @Override
    public void cutConnections() {
      host.cutConnections();
    }

    @Override
    public void failDisk(DiskFailure kind) {
      breakable.failNext(kind);
    }

    @Override
    public boolean hasStopped() {
      return stopped;
    }

    @Override
    public void kill() {
      host.fail(new Killed());
      if (lossFiles != null) {
        lossFiles.crash();
      }
      host.close();
    }

    @Override
    public void restart() {
      if (stopped) {
        host.close();
      }
      begin(Integer.parseInt(name.substring(name.lastIndexOf(':') + 1)));
    }
  }

  @Override
  public HostProcess newProcess(String name) {
    HostProcess process = new HostProcess(name);
    processes.add(process);
    return process;
  }

  @Override
  public void runUntil(String what, BooleanSupplier condition) {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      checkFailures();
      if (System.nanoTime() - begin > BOUND_NANOS) {
        throw new AssertionError("it did not happen: " + what);
      }
      awaitFailure();
    }
  }

  /** Between two looks at a condition: wakes early when a process fails. */
  private void awaitFailure() {
    try {
      anyFailed.await(LOOK_AGAIN_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  private void checkFailures() {
    for (HostProcess process : processes) {
      if (process.failure != null) {
        throw new AssertionError("the process " + process.name + " failed", process.failure);
      }
    }
  }

  @Override
  public void close() {
    for (HostProcess process : processes) {
      process.host.close();
    }
    checkFailures();
  }
}
