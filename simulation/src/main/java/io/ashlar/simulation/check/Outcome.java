package io.ashlar.simulation.check;

/** What a client was told of its transaction. */
public enum Outcome {
  /** Acknowledged; it has a stamp. */
  COMMITTED,
  /** A read-only transaction came to its end: all it saw is at its read version. */
  READ_ONLY,
  /** Certainly not applied. */
  FAILED,
  /** Settled, and the client does not know which way: applied before it was told, or never. */
  UNKNOWN,
  /** The client never heard: applied at any time, or never. */
  OPEN
}
