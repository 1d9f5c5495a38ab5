package io.ashlar.client;

import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.StorageAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The storage servers of the view, and the choice of one from a team. */
final class StorageServers {
  private final Map<Integer, StorageServer> byTag = new TreeMap<>();
  private int turn;

  /** Takes over the view's addresses; what is known of unchanged servers stays. */
  void update(ClusterView view) {
    Map<Integer, StorageServer> before = new TreeMap<>(byTag);
    byTag.clear();
    for (StorageAddress storage : view.storages()) {
      if (storage.address().equals(Address.NONE)) {
        continue;
      }
      StorageServer known = before.get(storage.tag());
      boolean same = known != null && known.address().equals(storage.address());
      byTag.put(storage.tag(), same ? known : new StorageServer(storage.tag(), storage.address()));
    }
  }

  boolean areSeveral() {
    return byTag.size() > 1;
  }

  /**
   * The server of the team that is expected to answer first; one that failed lately only if all
   * did. Null when the view has none of them.
   */
  StorageServer choose(List<Integer> team, long nowNanos) {
    return choose(team, List.of(), nowNanos);
  }

  /**
   * As the other, but none of {@code excluded}.
   *
   * @param excluded few
   */
  StorageServer choose(List<Integer> team, List<StorageServer> excluded, long nowNanos) {
    StorageServer best = null;
    boolean bestAvoided = false;
    int n = team.size();
    int first = n > 1 ? Math.floorMod(turn++, n) : 0;
    for (int i = 0; i < n; i++) {
      StorageServer server = byTag.get(team.get((first + i) % n));
      if (server == null || excluded.contains(server)) {
        continue;
      }
      boolean avoided = server.isAvoided(nowNanos);
      boolean better =
          best == null
              || (bestAvoided && !avoided)
              || (bestAvoided == avoided && server.load(nowNanos) < best.load(nowNanos));
      if (better) {
        best = server;
        bestAvoided = avoided;
      }
    }
    return best;
  }
}
