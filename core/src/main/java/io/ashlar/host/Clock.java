package io.ashlar.host;

/** Time. Both are constant during one event. */
public interface Clock {
  /** Monotonic nanoseconds from an arbitrary origin. */
  long nowNanos();

  /** Milliseconds since 1970 as the machine believes; may jump either way. For store time alone. */
  long wallMillis();
}
