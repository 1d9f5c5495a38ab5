package io.ashlar.storage;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.storage.MapVersions.MapVersion;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All that a storage server can be asked at one instant: immutable, published by one reference, and
 * safe to read from any number of threads.
 *
 * <p>Counted: made with one holder, the storage server, which lets go when it has published the
 * next. A reader on another thread holds it while it reads.
 */
public final class ReadView {
  private final long oldest;
  private final long latest;
  private final long committed;
  private final MapVersions versions;
  private final EngineSnapshot engine;
  private final AtomicInteger holders = new AtomicInteger(1);

  /** Becomes one more holder of {@code engine}. */
  ReadView(long oldest, long latest, long committed, MapVersions versions, EngineSnapshot engine) {
    Check.that(committed <= latest, "committed ", committed, " is above latest ", latest);
    this.oldest = oldest;
    this.latest = latest;
    this.committed = committed;
    this.versions = versions;
    this.engine = engine;
    engine.retain();
  }

  /** The oldest version that can be read. */
  public long oldestVersion() {
    return oldest;
  }

  /** The newest version that can be read. */
  public long latestVersion() {
    return latest;
  }

  /** The newest version that can be read and is known to be committed. */
  public long committedVersion() {
    return committed;
  }

  MapVersion at(long version) {
    return versions.at(version);
  }

  EngineSnapshot engine() {
    return engine;
  }

  /** The value of a key at a version of the map, or null. */
  Bytes get(MapVersion version, Bytes key) {
    Tree.Node node = Tree.covering(version.root(), key);
    return node != null ? node.value() : engine.get(key);
  }

  /** One more holder, unless the view was freed: then there is a newer one. */
  public boolean tryRetain() {
    int count = holders.get();
    while (count > 0) {
      if (holders.compareAndSet(count, count + 1)) {
        return true;
      }
      count = holders.get();
    }
    return false;
  }

  /** One more holder; the caller is one, or knows that there is one. */
  void retain() {
    Check.that(tryRetain(), "retained after it was freed: a view of ", latest);
  }

  /** One holder less; the last one frees the view. */
  public void release() {
    int left = holders.decrementAndGet();
    Check.that(left >= 0, "released too often: a view of ", latest);
    if (left == 0) {
      engine.release();
    }
  }
}
