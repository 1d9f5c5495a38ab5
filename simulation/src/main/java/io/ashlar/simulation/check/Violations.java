package io.ashlar.simulation.check;

import java.util.ArrayList;
import java.util.List;

/** What is wrong, the first few of it in words. */
public final class Violations {
  private static final int KEPT_MAX = 20;

  private final List<String> kept = new ArrayList<>();
  private long count;

  public void add(String what) {
    if (count++ < KEPT_MAX) {
      kept.add(what);
    }
  }

  public void addAll(Violations others) {
    for (String what : others.kept) {
      add(what);
    }
    count += others.count - others.kept.size();
  }

  public boolean isEmpty() {
    return count == 0;
  }

  public long count() {
    return count;
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
