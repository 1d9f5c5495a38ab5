package io.ashlar.host;

/** Points where the simulator may send a role down a legal but rare branch. */
public interface Faults {
  /** False in production. In simulation drawn for each run and each call. */
  boolean at(String point);
}
