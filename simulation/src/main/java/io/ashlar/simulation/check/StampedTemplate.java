package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;

/** A key or value as a client sends it, with room for the stamp and its position at the end. */
public final class StampedTemplate {
  private static final int STAMP_BYTES = 10;
  private static final int POSITION_BYTES = 4;

  private StampedTemplate() {}

  /** What is sent: {@code before}, the stamp, {@code after}. */
  public static Bytes of(Bytes before, Bytes after) {
    int position = before.length();
    return before
        .concat(Bytes.wrap(new byte[STAMP_BYTES]))
        .concat(after)
        .concat(Bytes.of(position & 0xff, position >> 8 & 0xff, position >> 16 & 0xff, 0));
  }

  /** What it becomes. */
  public static Bytes fill(Bytes template, Stamp stamp) {
    int position = position(template);
    return template
        .slice(0, position)
        .concat(stamp.toBytes())
        .concat(template.slice(position + STAMP_BYTES, template.length() - POSITION_BYTES));
  }

  /** What is written before there is a stamp. */
  public static Bytes unfilled(Bytes template) {
    return template.slice(0, template.length() - POSITION_BYTES);
  }

  /** The stamp in what it has become. */
  public static Stamp stampIn(Bytes template, Bytes filled) {
    int position = position(template);
    return Stamp.of(filled.slice(position, position + STAMP_BYTES));
  }

  private static int position(Bytes template) {
    int at = template.length() - POSITION_BYTES;
    return template.at(at)
        | template.at(at + 1) << 8
        | template.at(at + 2) << 16
        | template.at(at + 3) << 24;
  }
}
