package io.ashlar.embedded;

import io.ashlar.core.Uid;
import io.ashlar.runtime.ProcessHost;
import io.ashlar.storage.EngineStore;
import io.ashlar.storage.ModelEngine;
import io.ashlar.storage.RocksEngine;
import io.ashlar.storage.RocksOptions;
import io.ashlar.storage.StorageEngine;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * The engines of a node's storage servers: in its directory each with a thread of its own, or in
 * memory when there is none. Of the loop alone, and of whoever closes the node once that has ended.
 */
final class NodeEngines implements Engines {
  private final StoreDirectory directory;
  private final ProcessHost host;
  private final Executor bookkeeping;
  private final Map<Uid, RocksEngine> engines = new TreeMap<>();
  private final Map<Uid, ExecutorService> threads = new TreeMap<>();

  /**
   * @param directory null for a node in memory
   * @param bookkeeping deletes what an engine leaves, which the loop must not wait for
   */
  NodeEngines(StoreDirectory directory, ProcessHost host, Executor bookkeeping) {
    this.directory = directory;
    this.host = host;
    this.bookkeeping = bookkeeping;
  }

  @Override
  public StorageEngine engine(Uid storageId) {
    if (directory == null) {
      return new ModelEngine(new EngineStore(), host::execute);
    }
    ExecutorService work =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "ashlar-engine-" + storageId);
              thread.setDaemon(true);
              return thread;
            });
    threads.put(storageId, work);
    RocksEngine engine =
        new RocksEngine(
            directory.engine(storageId).toString(),
            RocksOptions.defaults(),
            work,
            this::executeUnlessStopped,
            StorageEngine::rethrow);
    engines.put(storageId, engine);
    return engine;
  }

  @Override
  public void delete(Uid storageId, Runnable onDeleted) {
    engines.remove(storageId);
    ExecutorService thread = threads.remove(storageId);
    if (thread != null) {
      thread.shutdown();
    }
    bookkeeping.execute(
        () -> {
          try {
            if (directory != null) {
              directory.deleteEngine(storageId);
            }
            executeUnlessStopped(onDeleted);
          } catch (RuntimeException e) {
            host.fail(e);
          }
        });
  }

  /** What an engine finishes after the loop has stopped concerns nobody any more. */
  private void executeUnlessStopped(Runnable completion) {
    try {
      host.execute(completion);
    } catch (RejectedExecutionException stopped) {
      return;
    }
  }

  /**
   * Once the loop has ended. Its owner has closed each engine, unless the loop has died: then it
   * must not stay open until the JVM ends, and nothing more may be made durable.
   */
  void crash() {
    engines.values().forEach(engine -> engine.crash(false));
  }

  /** Ends the threads, with what they still have to do. Waits. */
  void close() {
    threads.values().forEach(ExecutorService::shutdown);
    for (ExecutorService thread : threads.values()) {
      LocalNode.awaitEnd(thread);
    }
  }
}
