package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;

/** What a read must give: fixed when it begins, compared when it has ended. */
public final class Expectation {
  private enum Kind {
    EXACTLY,
    /** The same, or the error that it cannot be read. */
    EXACTLY_OR_UNREADABLE,
    KEY_BELOW,
    KEY_NOT_BELOW,
    ANYTHING
  }

  private final String read;
  private final Kind kind;
  private final Seen seen;
  private final Bytes bound;

  private Expectation(String read, Kind kind, Seen seen, Bytes bound) {
    this.read = read;
    this.kind = kind;
    this.seen = seen;
    this.bound = bound;
  }

  /**
   * @param read the read, in words
   */
  static Expectation exactly(String read, Seen seen) {
    return new Expectation(read, Kind.EXACTLY, seen, null);
  }

  static Expectation exactlyOrUnreadable(String read, Seen seen) {
    return new Expectation(read, Kind.EXACTLY_OR_UNREADABLE, seen, null);
  }

  static Expectation keyBelow(String read, Bytes bound) {
    return new Expectation(read, Kind.KEY_BELOW, null, bound);
  }

  static Expectation keyNotBelow(String read, Bytes bound) {
    return new Expectation(read, Kind.KEY_NOT_BELOW, null, bound);
  }

  /** Whatever it gives is right. */
  public static Expectation anything(String read) {
    return new Expectation(read, Kind.ANYTHING, null, null);
  }

  /** Whether the read tells nothing: it goes where nothing is known of. */
  public boolean isAnything() {
    return kind == Kind.ANYTHING;
  }

  /** Whether the error that it cannot be read may or must be what it gives. */
  public boolean mayBeUnreadable() {
    return kind == Kind.EXACTLY_OR_UNREADABLE || seen instanceof Seen.Unreadable;
  }

  /** What is wrong with what was seen, or null. */
  public String judge(Seen found) {
    boolean right =
        switch (kind) {
          case EXACTLY -> seen.equals(found);
          case EXACTLY_OR_UNREADABLE -> seen.equals(found) || found instanceof Seen.Unreadable;
          case KEY_BELOW -> found instanceof Seen.Key key && key.key().compareTo(bound) < 0;
          case KEY_NOT_BELOW -> found instanceof Seen.Key key && key.key().compareTo(bound) >= 0;
          case ANYTHING -> true;
        };
    return right ? null : read + " gave " + found + " and should give " + this;
  }

  @Override
  public String toString() {
    return switch (kind) {
      case EXACTLY -> seen.toString();
      case EXACTLY_OR_UNREADABLE -> seen + " or nothing";
      case KEY_BELOW -> "a key below " + bound;
      case KEY_NOT_BELOW -> "a key from " + bound + " on";
      case ANYTHING -> "anything";
    };
  }
}
