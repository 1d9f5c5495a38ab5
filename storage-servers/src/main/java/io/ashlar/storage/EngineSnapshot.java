package io.ashlar.storage;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import java.util.ArrayList;
import java.util.List;

/**
 * An immutable view of all writes that had finished when it was made. Safe to read from any number
 * of threads.
 *
 * <p>Counted: it is made with one holder, and freed when the last one lets go. Closing the engine
 * frees it in any case, once reads under way are over; later reads fail with {@link
 * io.ashlar.core.ErrorCode#DATABASE_CLOSED}.
 */
public interface EngineSnapshot {
  /** The version of the last batch in it. */
  long storedVersion();

  /**
   * The value of {@code key}, or null when it is absent.
   *
   * @throws io.ashlar.core.AshlarException FILE_CORRUPT when the engine's files are not what was
   *     written, IO_ERROR when they cannot be read
   */
  Bytes get(Bytes key);

  /**
   * The values of several keys, in their order, null where absent. Fails as {@link #get(Bytes)}
   * does.
   */
  default List<Bytes> get(List<Bytes> keys) {
    List<Bytes> values = new ArrayList<>(keys.size());
    for (Bytes key : keys) {
      values.add(get(key));
    }
    return values;
  }

  /**
   * The rows of {@code range}, from its begin forward, or from its end backward. The cursor must be
   * closed.
   */
  EngineCursor cursor(KeyRange range, boolean reverse);

  /** One more holder. The caller is one, or knows that there is one. */
  void retain();

  /** One holder less; the last one frees the snapshot. */
  void release();
}
