package io.ashlar.simulation.check;

import java.util.ArrayList;
import java.util.List;

/** What is wrong, the first few of it in words. */
public final class Violations {
  private static final int KEPT_MAX = 20;

  private final List<String> kept = new ArrayList<>();
  private long count;
  private long lost;

  public void add(String what) {
    if (count++ < KEPT_MAX) {
      kept.add(what);
    }
  }

  /** Something that was acknowledged is not there. */
  public void addLost(String what) {
    lost++;
    add(what);
  }

  public void addAll(Violations others) {
    for (String what : others.kept) {
      add(what);
    }
    count += others.count - others.kept.size();
    lost += others.lost;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  public long count() {
    return count;
  }

  /** How many of them are about something that was acknowledged and is not there. */
  public long lost() {
    return lost;
  }

  /** The first twenty. */
  public List<String> kept() {
    return List.copyOf(kept);
  }

  @Override
  public String toString() {
    return count + (count == 1 ? " violation: " : " violations: ") + String.join("; ", kept);
  }
}
