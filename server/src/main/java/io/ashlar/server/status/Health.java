package io.ashlar.server.status;

import java.util.Locale;

/** How a cluster is. The exit code of {@code status} says it too. */
public enum Health {
  /** Everything that should be there is there. */
  HEALTHY(0, "Healthy."),
  /** It serves everything, with less in reserve than it should have, or slowly. */
  DEGRADED(5, "Works, but needs attention."),
  /** Something that is stored cannot be read, or nothing can be committed. */
  UNAVAILABLE(3, "Unavailable.");

  private final int exitCode;
  private final String words;

  Health(int exitCode, String words) {
    this.exitCode = exitCode;
    this.words = words;
  }

  public int exitCode() {
    return exitCode;
  }

  /** A sentence. */
  public String words() {
    return words;
  }

  public Health worseOf(Health other) {
    return compareTo(other) >= 0 ? this : other;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
