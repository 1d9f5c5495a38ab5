package io.ashlar.runtime;

import io.ashlar.core.Check;

/** What both kinds of files ask of their user. */
final class FileChecks {
  private FileChecks() {}

  static void appending(String name, boolean closed) {
    Check.that(!closed, "the file was closed before: ", name);
  }

  static void truncating(String name, boolean closed, long size, long newSize) {
    appending(name, closed);
    Check.that(
        newSize >= 0 && newSize <= size, "cut at a size out of range: ", newSize, " of ", size);
  }
}
