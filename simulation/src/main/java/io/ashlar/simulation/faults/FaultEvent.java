package io.ashlar.simulation.faults;

import java.util.Comparator;

/**
 * One occurrence of a kind of fault in a run: the same one whichever others are left out, since
 * each kind's times are its own.
 *
 * @param kind its name
 * @param number counts the occurrences of that kind, from 1
 */
public record FaultEvent(String kind, int number) implements Comparable<FaultEvent> {
  private static final Comparator<FaultEvent> ORDER =
      Comparator.comparing(FaultEvent::kind).thenComparingInt(FaultEvent::number);

  @Override
  public int compareTo(FaultEvent other) {
    return ORDER.compare(this, other);
  }

  /** As {@link FaultEvents} reads it. */
  @Override
  public String toString() {
    return kind + ":" + number;
  }
}
