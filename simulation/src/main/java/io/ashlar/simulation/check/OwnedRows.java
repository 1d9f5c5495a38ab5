package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.core.Mutation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the rows of one owner are: nobody else writes them, and one transaction after the other
 * does. Each leaves its number and stamp in a row beside them, so that the data themselves tell
 * whether one in doubt was committed. Until then they are as before it, or as it made them.
 */
public final class OwnedRows {
  /** The number of a transaction and the stamp beside it. */
  private record Left(long id, Stamp stamp) {}

  private Map<Bytes, Bytes> rows;

  /** The last transaction before the pending one that is known to have been committed. */
  private long lastId;

  /** What each transaction has found that was to end the doubt and may have been committed. */
  private final TreeMap<Long, Left> settling = new TreeMap<>();

  private long pendingId;
  private List<Mutation> pending;

  /** As {@code rows}, written by transaction number 0. */
  public OwnedRows(Map<Bytes, Bytes> rows) {
    this.rows = new TreeMap<>(rows);
  }

  /** Whether it is known what is there. */
  public boolean isSettled() {
    return pending == null;
  }

  /** What is there; only when that is known. */
  public Map<Bytes, Bytes> rows() {
    if (pending != null) {
      throw new IllegalStateException("transaction " + pendingId + " is in doubt");
    }
    return rows;
  }

  /** A transaction is about to be committed. */
  public void committing(long id, List<Mutation> mutations) {
    if (pending != null) {
      throw new IllegalStateException("transaction " + pendingId + " is in doubt");
    }
    pendingId = id;
    pending = new ArrayList<>(mutations);
  }

  /**
   * A transaction that writes none of the rows is about to leave its number, if nobody has left
   * another one since it looked. Whatever becomes of it: when its number is found, what it has
   * found was true.
   *
   * @param id its own number
   * @param foundId the number it found
   * @param stamp the stamp beside that
   */
  public void settling(long id, long foundId, Stamp stamp) {
    settling.put(id, new Left(foundId, stamp));
  }

  /** That transaction will certainly never be committed. */
  public void gaveUp(long id) {
    settling.remove(id);
  }

  /**
   * That transaction was certainly committed: nothing of the past is in doubt any more, and nothing
   * that began before it can come after.
   */
  public void settled(long id) {
    Left found = whatStands(id, null);
    if (pending != null && found.id == pendingId) {
      committed(found.stamp);
    } else {
      failed();
    }
    settling.clear();
    lastId = id;
  }

  /** The pending transaction was certainly committed. */
  public void committed(Stamp stamp) {
    rows = after(stamp);
    lastId = pendingId;
    pending = null;
  }

  /** The pending transaction will certainly never be committed. */
  public void failed() {
    pending = null;
  }

  /**
   * Compares with what was found at one version.
   *
   * @param id the number that is there
   * @param stamp the stamp beside it
   * @return what is wrong, or null
   */
  public String compare(long id, Stamp stamp, Map<Bytes, Bytes> found) {
    Left left = whatStands(id, stamp);
    Map<Bytes, Bytes> expected;
    if (pending != null && left.id == pendingId) {
      expected = after(left.stamp);
    } else if (left.id == lastId) {
      expected = rows;
    } else {
      return "transaction " + left.id + " was the last to write, instead of " + mayBeLast();
    }
    TreeSet<Bytes> keys = new TreeSet<>(expected.keySet());
    keys.addAll(found.keySet());
    for (Bytes key : keys) {
      if (!Objects.equals(expected.get(key), found.get(key))) {
        return "after transaction "
            + id
            + " at "
            + stamp
            + " "
            + key
            + " is "
            + found.get(key)
            + " where it should be "
            + expected.get(key);
      }
    }
    return null;
  }

  /** Who has written the rows, when that number is there. */
  private Left whatStands(long id, Stamp stamp) {
    Left left = new Left(id, stamp);
    while (settling.containsKey(left.id)) {
      left = settling.get(left.id);
    }
    return left;
  }

  private String mayBeLast() {
    TreeSet<Long> ids = new TreeSet<>(settling.keySet());
    ids.add(lastId);
    if (pending != null) {
      ids.add(pendingId);
    }
    return "one of " + ids;
  }

  private Map<Bytes, Bytes> after(Stamp stamp) {
    ModelStore model = new ModelStore(rows);
    for (Mutation mutation : pending) {
      model.apply(mutation, stamp);
    }
    return model.rows();
  }
}
