package io.ashlar.storage;

import io.ashlar.core.LogGeneration;
import io.ashlar.core.TagPlacement;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.LogSet;
import java.util.ArrayList;
import java.util.List;

/**
 * A log generation as the reader of one tag sees it.
 *
 * @param generation the generation
 * @param holders the members that hold the tag and whose address is known, best first
 */
record LogSource(LogGeneration generation, List<Address> holders) {
  LogSource {
    holders = List.copyOf(holders);
  }

  /** The generations of a view, oldest first. */
  static List<LogSource> of(ClusterView view, int tag) {
    List<LogSource> sources = new ArrayList<>();
    for (LogSet set : view.generations()) {
      List<Address> holders = new ArrayList<>();
      for (int member : new TagPlacement(set.generation()).membersFor(tag)) {
        Address address = set.addresses().get(member);
        if (!address.equals(Address.NONE)) {
          holders.add(address);
        }
      }
      sources.add(new LogSource(set.generation(), holders));
    }
    return sources;
  }
}
