package io.ashlar.storage;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;

/**
 * What outlives the {@link ModelEngine} on it: the content as of the last flush, as a disk would
 * keep it. Belongs to whoever starts and stops the storage server; the server itself does not see
 * it.
 */
public final class EngineStore {
  /** The content after one batch. */
  record Content(Tree.Node root, long storedVersion, Bytes metadata) {
    static final Content NEW = new Content(null, 0, null);
  }

  private Content durable = Content.NEW;
  private Content written = Content.NEW;
  private int incarnation;

  /**
   * The process died: the engine that was open writes nothing any more, and another may be opened.
   *
   * @param keepUnflushed whether what was written and not flushed is found again, all of it, or
   *     lost, all of it
   */
  public void crash(boolean keepUnflushed) {
    incarnation++;
    if (keepUnflushed) {
      durable = written;
    } else {
      written = durable;
    }
  }

  /** The version a crash cannot take back. */
  public long durableVersion() {
    return durable.storedVersion;
  }

  /** What is written, flushed or not, for whoever looks at it from outside. */
  public EngineSnapshot snapshot() {
    return new ModelEngine.Snapshot(written);
  }

  /** Opened without a crash before, it holds all that was written: the process has lived on. */
  int open() {
    durable = written;
    return ++incarnation;
  }

  boolean isCurrent(int opened) {
    return incarnation == opened;
  }

  Content written() {
    return written;
  }

  void written(Content content) {
    Check.that(
        content.storedVersion >= written.storedVersion,
        "stored version goes back to ",
        content.storedVersion);
    written = content;
  }

  void durable(Content content) {
    durable = content;
  }
}
