package io.ashlar.server.demo;

import java.io.PrintWriter;
import java.util.Locale;

/** Tells the tour, and counts the claims that did not hold. For one thread. */
final class Narrator {
  private static final int BAR_WIDTH = 30;

  private final PrintWriter out;
  private final boolean terminal;
  private int chapters;
  private int kept;
  private int broken;
  private int shownTenths;

  /**
   * @param terminal whether a line may be overwritten
   */
  Narrator(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void chapter(String title) {
    chapters++;
    shownTenths = 0;
    out.println();
    out.println(chapters + ". " + title);
    out.flush();
  }

  void say(String format, Object... arguments) {
    out.println("   " + String.format(Locale.ROOT, format, arguments));
    out.flush();
  }

  /** Prints a claim with the result of its check. */
  void claim(boolean holds, String format, Object... arguments) {
    if (holds) {
      kept++;
    } else {
      broken++;
    }
    out.println(
        "   " + (holds ? "✓ " : "✗ NOT TRUE: ") + String.format(Locale.ROOT, format, arguments));
    out.flush();
  }

  /** Shows progress by rows: in place on a terminal, else a line for every fifth part. */
  void progress(long done, long total, double seconds) {
    progress("rows", done, total, seconds);
  }

  /** The same for other things than rows. */
  void progress(String what, long done, long total, double seconds) {
    double rate = seconds > 0 ? done / seconds : 0;
    if (terminal) {
      int filled = (int) (BAR_WIDTH * done / total);
      out.print(
          String.format(
              Locale.ROOT,
              "\r   [%s%s] %,d of %,d %s, %,.0f/s ",
              "#".repeat(filled),
              "·".repeat(BAR_WIDTH - filled),
              done,
              total,
              what,
              rate));
      if (done == total) {
        out.println();
      }
    } else if (5 * done / total > shownTenths) {
      shownTenths = (int) (5 * done / total);
      say("%,d of %,d %s, %,.0f/s", done, total, what, rate);
    }
    out.flush();
  }

  int kept() {
    return kept;
  }

  int broken() {
    return broken;
  }
}
