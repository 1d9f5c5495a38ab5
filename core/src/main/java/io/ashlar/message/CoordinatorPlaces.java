package io.ashlar.message;

import io.ashlar.core.Bytes;
import io.ashlar.core.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The processes that operators want as coordinators: the row {@code \xff/coordinators}, whose value
 * is {@code host:port} of each in UTF-8, separated by commas. One to five, each once.
 */
public final class CoordinatorPlaces {
  /** Bytes of a place at most: a host name has 253, a port five digits. */
  public static final int PLACE_BYTES_MAX = 300;

  private CoordinatorPlaces() {}

  /** The value for these processes. */
  public static Bytes encode(List<String> processes) {
    return Bytes.utf8(String.join(",", processes));
  }

  /**
   * Where the coordinators are to be.
   *
   * @throws MalformedException with what the value must be
   */
  public static List<Address> decode(Bytes value) {
    List<Address> places = new ArrayList<>();
    for (String place : value.utf8().split(",", -1)) {
      int colon = place.lastIndexOf(':');
      if (colon < 1
          || !isPort(place.substring(colon + 1))
          || place.getBytes(StandardCharsets.UTF_8).length > PLACE_BYTES_MAX) {
        throw malformed(value);
      }
      places.add(new Address(place, Endpoints.COORDINATOR));
    }
    boolean isPossible =
        places.size() <= CoordinatorSet.COORDINATORS_MAX
            && new TreeSet<>(places).size() == places.size();
    if (!isPossible) {
      throw malformed(value);
    }
    return places;
  }

  private static boolean isPort(String text) {
    return !text.isEmpty()
        && text.length() <= 5
        && text.chars().allMatch(c -> c >= '0' && c <= '9')
        && Integer.parseInt(text) <= 65_535;
  }

  private static MalformedException malformed(Bytes value) {
    return new MalformedException(
        "coordinators must be one to five different host:port, separated by commas, not "
            + value.printable(64));
  }
}
