package io.ashlar.control;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.Mutations;
import io.ashlar.core.Setting;
import io.ashlar.core.ShardMap;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorPlaces;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The rows of the system key space, rebuilt from the METADATA tag: from the last whole copy there,
 * and what came after it. Pure.
 */
final class Metadata {
  private final TreeMap<Bytes, Bytes> rows = new TreeMap<>();
  private boolean isWhole;

  /** Applies the mutations of one version, as a log server gave them. */
  void apply(Bytes mutations) {
    for (Mutation mutation : Mutations.decode(mutations)) {
      switch (mutation.type()) {
        case SET -> rows.put(mutation.first(), mutation.second());
        case CLEAR_RANGE -> clear(mutation.affected());
        case EPOCH_END -> {}
        default -> applyAtomic(mutation);
      }
    }
  }

  private void clear(KeyRange range) {
    rows.subMap(range.begin(), true, range.end(), false).clear();
    // So begins a whole copy; no transaction may clear that much.
    isWhole |= range.equals(Keys.SYSTEM);
  }

  /** The log has let go of what came next: all of this counts no more until a whole copy comes. */
  void missed() {
    isWhole = false;
  }

  /** Whether a whole copy was applied, and nothing that came after it was missed. */
  boolean isWhole() {
    return isWhole;
  }

  private void applyAtomic(Mutation mutation) {
    Bytes before = rows.get(mutation.first());
    Bytes after = io.ashlar.core.AtomicOps.apply(mutation.type(), before, mutation.second());
    if (after == null) {
      rows.remove(mutation.first());
    } else {
      rows.put(mutation.first(), after);
    }
  }

  void put(Bytes key, Bytes value) {
    rows.put(key, value);
  }

  List<KeyValue> rows() {
    List<KeyValue> all = new ArrayList<>();
    rows.forEach((key, value) -> all.add(new KeyValue(key, value)));
    return all;
  }

  /** The settings that its rows give. */
  Map<Setting, Integer> settings() {
    Map<Setting, Integer> found = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      Bytes value = rows.get(setting.key());
      if (value != null) {
        found.put(setting, setting.decode(value));
      }
    }
    return found;
  }

  /** The workers that are to have no roles. Rows that name none are passed over. */
  TreeSet<Uid> excluded() {
    TreeSet<Uid> excluded = new TreeSet<>();
    Bytes prefix = Keys.EXCLUDED_PREFIX;
    for (Bytes key : rows.subMap(prefix, true, Keys.afterPrefix(prefix), false).keySet()) {
      try {
        excluded.add(Uid.parse(key.slice(prefix.length(), key.length()).utf8()));
      } catch (IllegalArgumentException noId) {
        continue;
      }
    }
    return excluded;
  }

  /** Who operators want as coordinators, or null when they have not said. */
  List<Address> wantedCoordinators() {
    Bytes value = rows.get(Keys.COORDINATORS);
    return value == null ? null : CoordinatorPlaces.decode(value);
  }

  /**
   * Replaces the rows that say what the present epoch has.
   *
   * @param waits why it has not what was asked for, or null
   */
  void putPresent(ClusterConfiguration configuration, String waits) {
    Bytes prefix = Keys.PRESENT_PREFIX;
    rows.subMap(prefix, true, Keys.afterPrefix(prefix), false).clear();
    configuration
        .settings()
        .forEach((setting, value) -> put(setting.presentKey(), setting.encode(value)));
    if (waits != null) {
      put(Keys.CONF_WAITS, Bytes.utf8(waits));
    }
  }

  /** Adds the rows of all settings, as they are in {@code configuration}. */
  void put(ClusterConfiguration configuration) {
    configuration.settings().forEach((setting, value) -> put(setting.key(), setting.encode(value)));
  }

  ShardMap shardMap() {
    ShardMap map = new ShardMap();
    for (KeyValue row : rows()) {
      map.load(row);
    }
    return map;
  }
}
