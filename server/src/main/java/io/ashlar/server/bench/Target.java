package io.ashlar.server.bench;

import java.util.Locale;

/** Where the store is that is measured. */
enum Target {
  /** In this process. */
  EMBEDDED,
  /** In another process of this machine, over the loopback. */
  TCP;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
