package io.ashlar.simulation.diagnosis;

/**
 * Something that a person who asks what happened wants to hear of.
 *
 * @param nanos virtual time
 * @param kind one of {@code fault}, {@code death}, {@code boot}, {@code recovery}, {@code phase},
 *     {@code note}, {@code failure}
 * @param text one sentence without its time
 */
public record Moment(long nanos, String kind, String text) {
  /** With its time. */
  @Override
  public String toString() {
    return "At " + Words.moment(nanos) + " " + text + ".";
  }
}
