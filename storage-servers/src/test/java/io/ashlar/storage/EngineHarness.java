package io.ashlar.storage;

import io.ashlar.core.AshlarException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** One kind of engine under test, with what outlives its instances. */
abstract class EngineHarness implements AutoCloseable {
  private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
  final List<AshlarException> failures = new ArrayList<>();
  StorageEngine engine;

  abstract StorageEngine create();

  /** The process dies. */
  abstract void die(boolean keepUnflushed);

  void post(Runnable event) {
    loop.add(event);
  }

  void onFailure(AshlarException failure) {
    failures.add(failure);
  }

  /** Runs all completions. */
  void runLoop() {
    while (!loop.isEmpty()) {
      loop.poll().run();
    }
  }

  EngineState open() {
    engine = create();
    EngineState[] state = new EngineState[1];
    engine.open(opened -> state[0] = opened);
    if (state[0] != null) {
      throw new AssertionError("completed inside the call");
    }
    runLoop();
    return state[0];
  }

  void crash(boolean keepUnflushed) {
    die(keepUnflushed);
    loop.clear();
    engine = null;
  }

  void reopenCleanly() {
    engine.close(() -> {});
    runLoop();
    engine = null;
    open();
  }

  @Override
  public void close() {
    if (engine != null) {
      engine.close(() -> {});
      runLoop();
    }
  }

  /** The engine in plain Java. */
  static final class Model extends EngineHarness {
    private final EngineStore store = new EngineStore();

    @Override
    StorageEngine create() {
      return new ModelEngine(store, this::post);
    }

    @Override
    void die(boolean keepUnflushed) {
      store.crash(keepUnflushed);
    }
  }

  /** RocksDB, on files or in an environment in memory. */
  static final class Rocks extends EngineHarness {
    private final String path;
    private final org.rocksdb.Env env;
    final RocksOptions options;

    Rocks(String path, org.rocksdb.Env env, RocksOptions options) {
      this.path = path;
      this.env = env;
      this.options = options;
    }

    static Rocks inMemory() {
      org.rocksdb.RocksDB.loadLibrary();
      return new Rocks(
          "/engine",
          new org.rocksdb.RocksMemEnv(org.rocksdb.Env.getDefault()),
          RocksOptions.forSimulation());
    }

    org.rocksdb.Env env() {
      return env;
    }

    @Override
    StorageEngine create() {
      return new RocksEngine(path, env, options, Runnable::run, this::post, this::onFailure);
    }

    @Override
    void die(boolean keepUnflushed) {
      ((RocksEngine) engine).crash(keepUnflushed);
    }

    @Override
    public void close() {
      super.close();
      if (env != null) {
        env.close();
      }
    }
  }
}
