package io.ashlar.server.demo;

/**
 * A cell of the earth's surface as a text: each letter halves it five times, in turns from west to
 * east and from south to north, so cells with a common beginning lie in a common cell.
 */
final class Cell {
  private static final String LETTERS = "0123456789bcdefghjkmnpqrstuvwxyz";
  private static final int LENGTH = 7;
  private static final int BITS_EACH = 5;

  private Cell() {}

  /** The cell, some 150 metres wide, of a place in degrees. */
  static String of(double latitude, double longitude) {
    double south = -90;
    double north = 90;
    double west = -180;
    double east = 180;
    StringBuilder cell = new StringBuilder(LENGTH);
    int letter = 0;
    for (int bit = 0; bit < LENGTH * BITS_EACH; bit++) {
      boolean upper;
      if (bit % 2 == 0) {
        double middle = (west + east) / 2;
        upper = longitude >= middle;
        west = upper ? middle : west;
        east = upper ? east : middle;
      } else {
        double middle = (south + north) / 2;
        upper = latitude >= middle;
        south = upper ? middle : south;
        north = upper ? north : middle;
      }
      letter = letter << 1 | (upper ? 1 : 0);
      if (bit % BITS_EACH == BITS_EACH - 1) {
        cell.append(LETTERS.charAt(letter));
        letter = 0;
      }
    }
    return cell.toString();
  }
}
