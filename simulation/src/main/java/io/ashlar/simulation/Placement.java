package io.ashlar.simulation;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.Setting;
import io.ashlar.core.ShardMap;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.LogSet;
import io.ashlar.message.StorageAddress;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Where everything must be once a cluster has come to rest, from nothing but which workers there
 * are and what is written in the system key space: a storage server on each worker that may have
 * one and is not excluded; each shard in as many zones as it is to have copies, as far as there are
 * so many; the configuration that operators asked for, unless there is none such or the workers are
 * too few; the log servers of the epoch in as many zones as a tag has copies; and log servers and
 * proxies on workers that may have them.
 */
final class Placement {
  /**
   * A worker that is there.
   *
   * @param id as it says itself, or null when it has never come up
   */
  record Worker(PlannedWorker planned, Uid id) {}

  private final Map<String, Worker> workers;
  private final List<KeyValue> rows;
  private final TreeSet<String> excluded = new TreeSet<>();

  /**
   * @param workers by process
   * @param rows of all keys, system keys too, at one version
   */
  Placement(Map<String, Worker> workers, List<KeyValue> rows) {
    this.workers = workers;
    this.rows = rows;
    for (Map.Entry<String, Worker> worker : workers.entrySet()) {
      Uid id = worker.getValue().id;
      if (id != null && row(Keys.excluded(id)) != null) {
        excluded.add(worker.getKey());
      }
    }
  }

  private Bytes row(Bytes key) {
    for (KeyValue row : rows) {
      if (row.key().equals(key)) {
        return row.value();
      }
    }
    return null;
  }

  /** What a view lacks that is still to come, or has that is still to go; null for nothing. */
  String missing(ClusterView view) {
    TreeSet<String> having = new TreeSet<>();
    for (StorageAddress storage : view.storages()) {
      having.add(storage.address().process());
    }
    for (Map.Entry<String, Worker> worker : workers.entrySet()) {
      String process = worker.getKey();
      boolean isWanted = worker.getValue().planned.mayHaveStorage() && !excluded.contains(process);
      if (isWanted && !having.contains(process)) {
        return "there is no storage server on " + process;
      }
      if (excluded.contains(process) && having.contains(process)) {
        return "there is still a storage server on " + process + ", which is excluded";
      }
    }
    return null;
  }

  /**
   * What is not where it must be.
   *
   * @param view of the cluster at rest
   */
  Violations check(ClusterView view) {
    Violations violations = new Violations();
    Map<Setting, Integer> present = settings(Setting::presentKey);
    Map<Integer, String> zones = new TreeMap<>();
    for (StorageAddress storage : view.storages()) {
      Worker worker = workers.get(storage.address().process());
      zones.put(storage.tag(), worker.planned.place().zone());
    }
    int copies =
        Math.min(present.get(Setting.STORAGE_REPLICATION), new TreeSet<>(zones.values()).size());
    for (ShardMap.Shard shard : shards()) {
      checkTeam(shard, zones, copies, violations);
    }
    checkConfiguration(present, violations);
    checkPipeline(view, violations);
    return violations;
  }

  /** Where the roles of the epoch are that a view tells of. */
  private void checkPipeline(ClusterView view, Violations violations) {
    LogSet last = view.generations().get(view.generations().size() - 1);
    TreeSet<String> zones = new TreeSet<>();
    for (int i = 0; i < last.addresses().size(); i++) {
      String zone = last.generation().members().get(i).zone();
      zones.add(zone);
      // One that an epoch goes on without may be of a process that is not there any more.
      Worker worker = workers.get(last.addresses().get(i).process());
      if (worker != null && !worker.planned.mayHaveLogs()) {
        violations.add("a log server is on " + worker.planned + ", where none may be");
      }
      if (worker != null && !worker.planned.place().zone().equals(zone)) {
        violations.add("the log server of zone " + zone + " is on " + worker.planned);
      }
    }
    int copies = last.generation().replication();
    if (zones.size() < copies) {
      violations.add("the log servers are in " + zones + ", not in " + copies + " zones");
    }
    List<Address> proxies = new ArrayList<>(view.commitProxies());
    proxies.addAll(view.readVersionProxies());
    for (Address proxy : proxies) {
      Worker worker = workers.get(proxy.process());
      if (worker == null || !worker.planned.mayHavePipeline()) {
        violations.add("a proxy is at " + proxy + ", where none may be");
      }
    }
  }

  private List<ShardMap.Shard> shards() {
    ShardMap map = new ShardMap();
    rows.forEach(map::load);
    return map.shards(new KeyRange(Keys.FIRST, Keys.SYSTEM_END), Integer.MAX_VALUE, false);
  }

  private static void checkTeam(
      ShardMap.Shard shard, Map<Integer, String> zones, int copies, Violations violations) {
    String name = "the shard at " + shard.range().begin();
    if (shard.team().isMoving()) {
      violations.add(name + " still moves: " + shard.team());
      return;
    }
    List<String> found = new ArrayList<>();
    for (int tag : shard.tags()) {
      found.add(zones.get(tag));
    }
    boolean isKnown = !found.contains(null);
    if (!isKnown || found.size() != copies || new TreeSet<>(found).size() != copies) {
      violations.add(name + " is in " + found + ", not in " + copies + " zones");
    }
  }

  /** What rows say of settings. */
  private Map<Setting, Integer> settings(Function<Setting, Bytes> key) {
    Map<Setting, Integer> found = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      Bytes value = row(key.apply(setting));
      if (value != null) {
        found.put(setting, setting.decode(value));
      }
    }
    return found;
  }

  private void checkConfiguration(Map<Setting, Integer> present, Violations violations) {
    Map<Setting, Integer> wanted = new EnumMap<>(present);
    wanted.putAll(settings(Setting::key));
    if (!wanted.equals(present) && isPossible(wanted)) {
      violations.add("the configuration is " + present + ", and is to be " + wanted);
    }
  }

  /** Whether the settings go together, and there are workers for them that are not excluded. */
  private boolean isPossible(Map<Setting, Integer> wanted) {
    int copies = wanted.get(Setting.REPLICATION);
    int spare = wanted.get(Setting.ANTI_QUORUM);
    if (copies > wanted.get(Setting.LOGS) || (spare > 0 && spare > copies - 2)) {
      return false;
    }
    TreeSet<String> zones = new TreeSet<>();
    boolean hasPipeline = false;
    for (Map.Entry<String, Worker> worker : workers.entrySet()) {
      PlannedWorker planned = worker.getValue().planned;
      if (!excluded.contains(worker.getKey())) {
        hasPipeline |= planned.mayHavePipeline();
        if (planned.mayHaveLogs()) {
          zones.add(planned.place().zone());
        }
      }
    }
    return hasPipeline && zones.size() >= copies;
  }
}
