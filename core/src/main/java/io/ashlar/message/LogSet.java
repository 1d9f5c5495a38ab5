package io.ashlar.message;

import io.ashlar.core.LogGeneration;
import java.util.List;

/**
 * A log generation and where its members are now.
 *
 * @param addresses in the order of the members; {@link Address#NONE} where unknown
 */
public record LogSet(LogGeneration generation, List<Address> addresses) {
  public LogSet {
    addresses = List.copyOf(addresses);
  }
}
