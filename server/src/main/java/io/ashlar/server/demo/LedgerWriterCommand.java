package io.ashlar.server.demo;

import io.ashlar.client.Database;
import io.ashlar.client.MutationType;
import io.ashlar.server.Stores;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The process that the demo and the benchmark kill: commits from many threads and tells its parent,
 * on standard output, what was asked for and what was acknowledged. It ends only by a signal, or
 * when nobody listens.
 */
@Command(name = "ledger-writer", hidden = true)
public final class LedgerWriterCommand implements Callable<Integer> {
  @Option(names = "--dir", required = true)
  private Path dir;

  @Option(names = "--round", required = true)
  private int round;

  @Option(names = "--threads", defaultValue = "8")
  private int threads;

  // Not System.out: each line must be one write of its own, with nothing kept back in a buffer.
  private final OutputStream pipe = new FileOutputStream(FileDescriptor.out);

  @Override
  public Integer call() throws Exception {
    try (Database database = Stores.open(dir)) {
      say("ready");
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      List<Future<?>> writers = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int number = thread;
        writers.add(pool.submit(() -> write(database, number)));
      }
      try {
        for (Future<?> writer : writers) {
          writer.get();
        }
      } finally {
        pool.shutdownNow();
      }
    }
    return 0;
  }

  /** Ends with the process, or with the pipe. */
  private void write(Database database, int thread) {
    byte[] total = totalKey(round);
    byte[] one = CityStore.littleEndian(1);
    for (int number = 0; ; number++) {
      Ledger.Entry entry = new Ledger.Entry(thread, number);
      byte[] key = CityStore.utf8(prefix(round) + entry.keyEnd());
      say(Ledger.startedLine(entry));
      database.run(
          tx -> {
            tx.set(key, one);
            tx.mutate(MutationType.ADD, total, one);
            return null;
          });
      say(Ledger.acknowledgedLine(entry));
    }
  }

  private synchronized void say(String line) {
    try {
      pipe.write(CityStore.utf8(line + "\n"));
    } catch (IOException parentIsGone) {
      throw new UncheckedIOException(parentIsGone);
    }
  }

  static String prefix(int round) {
    return "ledger/" + round + "/";
  }

  static byte[] totalKey(int round) {
    return CityStore.utf8("ledger-total/" + round);
  }
}
