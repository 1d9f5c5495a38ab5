package io.ashlar.log;

import io.ashlar.core.Bytes;

/** One version of the chain while it is in memory. */
final class LogEntry {
  static final int OVERHEAD_BYTES = 128;

  final long version;
  final long previous;
  final long knownCommitted;

  /** The tags of the payload that this log server holds, ascending. */
  final int[] tags;

  /** As pushed; null once nobody needs it from memory. */
  Bytes payload;

  /** Whether it was appended to its segment, so that it can be read back. */
  boolean appended;

  /** Tags whose readers have not popped it and find it in memory. */
  int readers;

  LogEntry(long version, long previous, long knownCommitted, int[] tags, Bytes payload) {
    this.version = version;
    this.previous = previous;
    this.knownCommitted = knownCommitted;
    this.tags = tags;
    this.payload = payload;
  }
}
