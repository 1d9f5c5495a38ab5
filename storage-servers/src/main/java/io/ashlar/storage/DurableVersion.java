package io.ashlar.storage;

import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import java.util.List;
import java.util.function.Consumer;

/**
 * Moves the durable version: flushes the engine when much was stored, when the last flush is long
 * ago, and at once when an old generation waits for it; then lets the log forget.
 */
final class DurableVersion {
  /** The storage server as this part sees it. */
  interface Owner {
    /** The version that was last written to the engine. */
    long stored();

    /** What belonged to the server at that version. */
    Shards storedShards();

    /** Whether it is open and does not close. */
    boolean isServing();

    /** The generations of the newest view, oldest first. */
    List<LogSource> sources();
  }

  private final Host host;
  private final StorageServerOptions options;
  private final StorageEngine engine;
  private final EngineMark mark;
  private final LogPopper popper;
  private final Owner owner;
  private long durable;
  private Shards shards = Shards.NONE;

  /** What the last flush that was begun makes durable. */
  private long flushTarget;

  private long bytesUnflushed;
  private long unflushedSinceNanos;
  private boolean isFlushing;

  DurableVersion(
      Host host,
      Uid storageId,
      int tag,
      StorageServerOptions options,
      StorageEngine engine,
      Owner owner) {
    this.host = host;
    this.options = options;
    this.engine = engine;
    this.owner = owner;
    this.mark = new EngineMark(host.disk(), storageId);
    this.popper = new LogPopper(host, tag, options);
  }

  /** Opens the engine; {@code onOpen} runs when it is, unless it has lost what was durable. */
  void open(Consumer<EngineState> onOpen) {
    engine.open(state -> mark.check(state, () -> onOpen.accept(state)));
  }

  /** The engine is open: what it has is durable. */
  void opened(long stored, Shards storedShards) {
    durable = stored;
    shards = storedShards;
    flushTarget = stored;
  }

  /** From now on pops are repeated. */
  void start() {
    host.timers().schedule(options.popNanos(), this::onPopTick);
  }

  long version() {
    return durable;
  }

  /** What belonged to the server at the durable version. */
  Shards shards() {
    return shards;
  }

  /** Something more is about to be stored, of that many bytes. */
  void storing(long bytes) {
    if (owner.stored() == flushTarget) {
      unflushedSinceNanos = host.clock().nowNanos();
    }
    bytesUnflushed += bytes;
  }

  /** Lets the log forget what is durable. */
  void pop() {
    popper.pop(owner.sources(), durable);
  }

  private void onPopTick() {
    if (owner.isServing()) {
      popper.pop(owner.sources(), durable);
      host.timers().schedule(options.popNanos(), this::onPopTick);
    }
  }

  void maybeFlush() {
    if (isFlushing || !owner.isServing() || owner.stored() == durable) {
      return;
    }
    long waitedNanos = host.clock().nowNanos() - unflushedSinceNanos;
    if (isDraining()) {
      host.probes().hit("storage.flush-to-drain");
      flush();
    } else if (owner.storedShards().hasArrivedSince(shards)) {
      // Who moves the range waits for that.
      host.probes().hit("storage.flush-what-arrived");
      flush();
    } else if (bytesUnflushed >= options.flushBytes()
        || waitedNanos >= options.flushNanos()
        || host.faults().at("storage.flush-early")) {
      flush();
    }
  }

  /** Whether an old generation waits for this server: it holds nothing above RV that counts. */
  boolean isDraining() {
    List<LogSource> sources = owner.sources();
    return sources.size() > 1
        && durable < sources.get(sources.size() - 1).generation().recoveryVersion();
  }

  private void flush() {
    long target = owner.stored();
    flushTarget = target;
    Shards targetShards = owner.storedShards();
    isFlushing = true;
    bytesUnflushed = 0;
    engine.flush(() -> onFlushed(target, targetShards));
  }

  private void onFlushed(long version, Shards flushed) {
    if (owner.isServing()) {
      mark.set(version, () -> onMarked(version, flushed));
    }
  }

  private void onMarked(long version, Shards flushed) {
    isFlushing = false;
    durable = version;
    shards = flushed;
    if (owner.isServing()) {
      // Durable first: only now may the log forget.
      pop();
      maybeFlush();
    }
  }
}
