package io.ashlar.server.bench;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * A bar for what takes long: in place on a terminal, a line for every fifth part elsewhere, nothing
 * where lines would be in the way. Thread-safe.
 */
final class Progress {
  private static final int WIDTH = 30;
  private static final long REDRAW_NANOS = 100_000_000;

  private final PrintWriter out;
  private final boolean terminal;
  private final String what;
  private final long total;
  private final long begunNanos = System.nanoTime();
  private long done;
  private long drawnNanos;
  private int fifths;

  /**
   * @param out null to show nothing
   * @param terminal whether a line may be overwritten
   */
  Progress(PrintWriter out, boolean terminal, String what, long total) {
    this.out = out;
    this.terminal = terminal;
    this.what = what;
    this.total = total;
  }

  synchronized void add(long more) {
    done += more;
    if (out == null) {
      return;
    }
    long now = System.nanoTime();
    if (terminal) {
      if (done == total || now - drawnNanos >= REDRAW_NANOS) {
        drawnNanos = now;
        int filled = (int) (WIDTH * done / total);
        String bar = "#".repeat(filled) + "·".repeat(WIDTH - filled);
        out.print("\r" + bar + " " + text(now) + (done == total ? "\n" : ""));
        out.flush();
      }
    } else if (5 * done / total > fifths) {
      fifths = (int) (5 * done / total);
      out.println(text(now));
      out.flush();
    }
  }

  private String text(long now) {
    double seconds = Math.max(1, now - begunNanos) / 1e9;
    return String.format(Locale.ROOT, "%s: %,d of %,d, %,.0f/s", what, done, total, done / seconds);
  }
}
