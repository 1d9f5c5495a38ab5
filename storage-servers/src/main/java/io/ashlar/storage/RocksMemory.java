package io.ashlar.storage;

import io.ashlar.core.Check;
import io.ashlar.core.SuppressForbidden;
import java.util.concurrent.Executor;
import org.rocksdb.Env;
import org.rocksdb.RocksMemEnv;

/**
 * Files in memory for one {@link RocksEngine} after the other: what {@link EngineStore} is to the
 * {@link ModelEngine}. For a simulator: all an engine does is done within the call, since it waits
 * there for what RocksDB's own threads do.
 */
@SuppressForbidden("an engine is a port's implementation: the executor is the owner's loop")
public final class RocksMemory {
  private static final String PATH = "/engine";

  private final Env files = new RocksMemEnv(Env.getDefault());
  private RocksEngine engine;

  /**
   * An engine on these files, not yet open; the one before was closed, or has crashed.
   *
   * @param loop runs completions on the owner's loop as later events, in order
   */
  public StorageEngine engine(Executor loop) {
    engine =
        new RocksEngine(
            PATH, files, RocksOptions.forSimulation(), Runnable::run, loop, StorageEngine::rethrow);
    return engine;
  }

  /**
   * What the open engine has written, flushed or not, for whoever looks at it from outside; the
   * caller releases it.
   */
  public EngineSnapshot snapshot() {
    Check.that(engine != null, "no engine is open on ", PATH);
    return engine.snapshot();
  }

  /**
   * The process died: its engine does nothing any more, and another may be opened.
   *
   * @param keepUnflushed as {@link EngineStore#crash}
   */
  public void crash(boolean keepUnflushed) {
    if (engine != null) {
      engine.crash(keepUnflushed);
      engine = null;
    }
  }

  /** Gives the files back, which are outside of Java's heap, and the engine on them. */
  public void close() {
    crash(false);
    files.close();
  }
}
