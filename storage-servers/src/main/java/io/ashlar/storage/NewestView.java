package io.ashlar.storage;

import io.ashlar.core.Check;
import java.util.function.Consumer;

/**
 * What of a storage server can be read at this instant: the newest view, made of the map and of a
 * snapshot of its engine. Each view takes the place of the one before, which is freed when its last
 * reader is done. The oldest version that can be read never goes back.
 */
final class NewestView {
  private final StorageEngine engine;
  private final Consumer<ReadView> onView;
  private EngineSnapshot snapshot;
  private ReadView view;
  private long oldest;

  /**
   * @param onView gets each view, and null when there will be no more
   */
  NewestView(StorageEngine engine, Consumer<ReadView> onView) {
    this.engine = engine;
    this.onView = onView;
  }

  /** The engine is open, at {@code stored}; there is no view yet. */
  void opened(long stored) {
    oldest = stored;
    snapshot = engine.snapshot();
  }

  /** Null before the first and after the last one. */
  ReadView view() {
    return view;
  }

  /** The oldest version that can be read. */
  long oldest() {
    return oldest;
  }

  /** Makes readable what the map has now. */
  void publish(VersionedMap map, VersionBounds bounds) {
    oldest = Math.max(oldest, bounds.oldestReadable(map));
    ReadView newer =
        new ReadView(oldest, map.latest(), bounds.committed(map), map.versions(), snapshot);
    ReadView older = view;
    view = newer;
    onView.accept(newer);
    if (older != null) {
      older.release();
    }
  }

  /** The engine is at {@code version}: the next view is made of what it has now. */
  void stored(long version) {
    EngineSnapshot older = snapshot;
    snapshot = engine.snapshot();
    Check.that(
        snapshot.storedVersion() == version, "the engine is not at stored version ", version);
    older.release();
  }

  /** Readers on other threads get none any more. */
  void withdraw() {
    onView.accept(null);
  }

  /** There will be no more; the engine is about to be closed. */
  void free() {
    withdraw();
    if (view != null) {
      view.release();
      view = null;
    }
    if (snapshot != null) {
      snapshot.release();
      snapshot = null;
    }
  }
}
