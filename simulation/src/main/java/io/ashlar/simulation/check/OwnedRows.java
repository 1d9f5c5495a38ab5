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
  private Map<Bytes, Bytes> rows;
  private final TreeSet<Long> lastIds = new TreeSet<>();
  private long pendingId;
  private List<Mutation> pending;

  /** As {@code rows}, written by transaction number 0. */
  public OwnedRows(Map<Bytes, Bytes> rows) {
    this.rows = new TreeMap<>(rows);
    lastIds.add(0L);
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

  /** A transaction that writes none of the rows is about to leave its number. */
  public void touching(long id) {
    lastIds.add(id);
  }

  /** The pending transaction was certainly committed. */
  public void committed(Stamp stamp) {
    rows = after(stamp);
    lastIds.clear();
    lastIds.add(pendingId);
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
    Map<Bytes, Bytes> expected;
    if (pending != null && id == pendingId) {
      expected = after(stamp);
    } else if (lastIds.contains(id)) {
      expected = rows;
    } else {
      return "transaction " + id + " was the last to write, instead of one of " + lastIds;
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

  /**
   * Nothing of the past is in doubt any more: a transaction was committed that read what was there,
   * and that none which began before it can come after.
   *
   * @param id the number it found
   * @param stamp the stamp beside that
   * @param ownId its own number
   */
  public void settle(long id, Stamp stamp, long ownId) {
    if (pending != null && id == pendingId) {
      committed(stamp);
    } else {
      failed();
    }
    lastIds.add(ownId);
  }

  private Map<Bytes, Bytes> after(Stamp stamp) {
    ModelStore model = new ModelStore(rows);
    for (Mutation mutation : pending) {
      model.apply(mutation, stamp);
    }
    return model.rows();
  }
}
