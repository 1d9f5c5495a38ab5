package io.ashlar.storage;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** Walks a RocksDB iterator within a range. */
final class RocksCursor implements EngineCursor {
  private final RocksIterator rows;
  private final ReadOptions options;
  private final Slice bound;
  private final KeyRange range;
  private final boolean reverse;
  private final Runnable onClosed;
  private Bytes key;
  private boolean isClosed;

  /**
   * Owns the native objects it is given. When it cannot be made it has closed the rows, and
   * everything else, {@code onClosed} included, is still the caller's affair.
   */
  RocksCursor(
      RocksIterator rows,
      ReadOptions options,
      Slice bound,
      KeyRange range,
      boolean reverse,
      Runnable onClosed) {
    this.rows = rows;
    this.options = options;
    this.bound = bound;
    this.range = range;
    this.reverse = reverse;
    this.onClosed = onClosed;
    try {
      seek(reverse ? range.end() : range.begin());
    } catch (RuntimeException | Error e) {
      rows.close();
      throw e;
    }
  }

  @Override
  public boolean isValid() {
    return key != null;
  }

  @Override
  public Bytes key() {
    return key;
  }

  @Override
  public Bytes value() {
    return Bytes.wrap(rows.value());
  }

  @Override
  public void advance() {
    if (reverse) {
      rows.prev();
    } else {
      rows.next();
    }
    settle();
  }

  @Override
  public void skipTo(Bytes to) {
    if (key == null) {
      return;
    }
    int order = to.compareTo(key);
    if (reverse ? order <= 0 : order > 0) {
      seek(to);
    }
  }

  private void seek(Bytes to) {
    if (reverse) {
      rows.seekForPrev(to.unsafeArray());
      if (rows.isValid() && to.equals(Bytes.wrap(rows.key()))) {
        // Reverse stands at the last row before the point, not on it.
        rows.prev();
      }
    } else {
      rows.seek(to.unsafeArray());
    }
    settle();
  }

  private void settle() {
    if (rows.isValid()) {
      Bytes found = Bytes.wrap(rows.key());
      key = range.contains(found) ? found : null;
      return;
    }
    key = null;
    try {
      // An iterator that met a corrupt block looks as if it were at its end.
      rows.status();
    } catch (RocksDBException e) {
      throw RocksFailures.of("reading from " + range.begin().printable(64), e);
    }
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      rows.close();
      options.close();
      bound.close();
      onClosed.run();
    }
  }
}
