package io.ashlar.core;

import java.util.ArrayList;
import java.util.List;

/**
 * What storage servers are told when the teams of shards change: a pure function of the shard map
 * before and after a transaction. Whoever begins to have a shard is told to fetch it, or that it
 * has joined when it was fetching, and whoever no longer has it that it is removed.
 */
public final class ShardOrders {
  private ShardOrders() {}

  /** A mutation for one storage server. */
  public record Order(int tag, Mutation mutation) {}

  /** What follows from the changes, in their order. */
  public static List<Order> of(List<ShardMap.Change> changes) {
    List<Order> orders = new ArrayList<>();
    for (ShardMap.Change change : changes) {
      ShardMap.Team before = change.before();
      ShardMap.Team after = change.after();
      for (int tag : before.tags()) {
        if (!after.isSource(tag) && !after.isNewcomer(tag)) {
          orders.add(order(tag, MutationType.SHARD_REMOVED, change.range()));
        }
      }
      for (int tag : after.tags()) {
        if (after.isSource(tag) && !before.isSource(tag)) {
          orders.add(order(tag, MutationType.SHARD_JOINED, change.range()));
        } else if (after.isNewcomer(tag) && !before.isSource(tag) && !before.isNewcomer(tag)) {
          orders.add(order(tag, MutationType.SHARD_FETCH, change.range()));
        }
      }
    }
    return orders;
  }

  private static Order order(int tag, MutationType type, KeyRange range) {
    return new Order(tag, new Mutation(type, range.begin(), range.end()));
  }
}
