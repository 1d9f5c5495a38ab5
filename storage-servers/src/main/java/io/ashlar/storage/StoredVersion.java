package io.ashlar.storage;

import io.ashlar.core.Check;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;

/**
 * Moves the stored version: writes to the engine what is older than the window and known committed,
 * in one batch with its version, one batch at a time; then lets the map forget it. Before a version
 * is stored, no reader can come to an older one any more.
 */
final class StoredVersion {
  /** The storage server as this part sees it. */
  interface Owner {
    /** The map; there when this part is asked for anything. */
    VersionedMap map();

    /** Whether it is open and does not close. */
    boolean isServing();

    /** Makes readable what the map has now, and nothing that is older than the window. */
    void publish();

    /** Stored has moved: what waited for room in memory can go on. */
    void onStored();
  }

  private final Host host;
  private final Uid storageId;
  private final int tag;
  private final StorageServerOptions options;
  private final StorageEngine engine;
  private final VersionBounds bounds;
  private final NewestView newest;
  private final DurableVersion durable;
  private final Owner owner;

  private boolean isWriting;

  /** What the last write that was begun stores. */
  private long writeTarget;

  private boolean isForgetting;

  /** Not null when the server closes. */
  private Runnable onAllStored;

  /**
   * @param newest is moved on with the engine
   * @param durable follows this version
   */
  StoredVersion(
      Host host,
      Uid storageId,
      int tag,
      StorageServerOptions options,
      StorageEngine engine,
      VersionBounds bounds,
      NewestView newest,
      DurableVersion durable,
      Owner owner) {
    this.host = host;
    this.storageId = storageId;
    this.tag = tag;
    this.options = options;
    this.engine = engine;
    this.bounds = bounds;
    this.newest = newest;
    this.durable = durable;
    this.owner = owner;
  }

  /** Up to here nothing may be put into the map any more: it is stored, or being stored. */
  long writeTarget() {
    return writeTarget;
  }

  /** Whether to wait until stored has moved. If it cannot, only newer versions let it move. */
  boolean isMemoryFull() {
    VersionedMap map = owner.map();
    boolean isFull = map.bytes() > options.memoryBytesMax() && storable() > map.stored();
    if (isFull) {
      host.probes().hit("storage.memory-full");
    }
    return isFull;
  }

  private long storable() {
    return bounds.storable(owner.map(), onAllStored != null);
  }

  /**
   * Stores before the next step: when there is much, when an old generation waits for it, or when
   * memory is full, because then nothing is pulled until stored has moved.
   */
  void storeEarly() {
    VersionedMap map = owner.map();
    if (map.bytesThrough(storable()) >= options.storedStepBytes()
        || map.bytes() > options.memoryBytesMax()
        || durable.isDraining()
        || host.faults().at("storage.store-early")) {
      store();
    }
  }

  /** Stores a step, if there is something to store and nothing being stored. */
  void store() {
    VersionedMap map = owner.map();
    if (isWriting || !owner.isServing() || storable() == map.stored()) {
      return;
    }
    long stepBytes = host.faults().at("storage.store-little") ? 1 : options.storedStepBytes();
    long target = map.targetWithin(storable(), stepBytes);
    // Raised before the engine is written: no reader may come to an older version afterwards.
    owner.publish();
    Check.that(
        target <= newest.oldest(),
        "stores ",
        target,
        " above the oldest readable ",
        newest.oldest());
    write(target);
  }

  /**
   * The server closes: stores all that is known to be committed, so that the next start has it at
   * hand.
   */
  void storeRest(Runnable onAllStored) {
    this.onAllStored = onAllStored;
    storeRest();
  }

  private void storeRest() {
    if (isWriting) {
      return;
    }
    VersionedMap map = owner.map();
    if (storable() > map.stored()) {
      host.probes().hit("storage.stores-when-closed");
      write(map.targetWithin(storable(), options.storedStepBytes()));
    } else {
      onAllStored.run();
    }
  }

  private void write(long target) {
    VersionedMap map = owner.map();
    long bytes = map.bytesThrough(target);
    EngineBatch batch =
        new EngineBatch(
            target,
            new StorageMetadata(storageId, tag, map.shardsAt(target)).encode(),
            map.changesTo(target));
    isWriting = true;
    writeTarget = target;
    engine.write(batch, () -> onWritten(target, bytes));
  }

  private void onWritten(long version, long bytes) {
    VersionedMap map = owner.map();
    isWriting = false;
    durable.storing(bytes);
    map.stored(version);
    if (onAllStored != null) {
      storeRest();
      return;
    }
    if (!owner.isServing()) {
      return;
    }
    newest.stored(version);
    owner.publish();
    forget();
    durable.maybeFlush();
    storeEarly();
    owner.onStored();
  }

  /** Forgets what is stored, a part in each event. */
  private void forget() {
    if (!isForgetting) {
      isForgetting = true;
      forgetSome();
    }
  }

  private void forgetSome() {
    if (!owner.isServing()) {
      return;
    }
    isForgetting =
        owner
            .map()
            .forget(host.faults().at("storage.forget-little") ? 1 : options.forgetEntriesMax());
    if (isForgetting) {
      host.timers().schedule(0, this::forgetSome);
    }
  }
}
