package io.ashlar.table;

/** What an index is good for; kept in the table, and looked at by everyone who uses that. */
public enum IndexState {
  /** Everyone who writes rows keeps it, but it lacks rows from before; nobody reads it. */
  BUILDING,
  /** It has every row. */
  READABLE,
  /** It has no entries, and nobody keeps it, whatever processes still declare. */
  DROPPED
}
