package io.ashlar.simulation.world;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.SeededRandom;
import io.ashlar.host.Disk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A machine's disk. Files and their names live on when the process dies; what was not durable then
 * is lost, torn or kept, by draw. Durable operations run one at a time in the order they were asked
 * for; syncs that wait together are one.
 */
public final class SimDisk {
  /** What a name may stand for after a crash: each of these, {@code null} for no file. */
  private static final class Name {
    FileNode live;
    FileNode durable;
    final List<FileNode> pending = new ArrayList<>();

    void change(FileNode node) {
      live = node;
      pending.add(node);
    }

    void onDurable(FileNode node) {
      int at = pending.indexOf(node);
      if (at >= 0) {
        durable = node;
        pending.subList(0, at + 1).clear();
      }
    }
  }

  /** Something that becomes durable. */
  private record Operation(
      SimProcess process, RolePorts owner, boolean isSync, Runnable apply, Runnable onDurable) {}

  private final SimWorld world;
  private final SeededRandom random;
  private final DiskConditions conditions;
  private final Map<String, Name> names = new TreeMap<>();
  private final ArrayDeque<Operation> waiting = new ArrayDeque<>();
  private boolean busy;
  private long syncs;

  SimDisk(SimWorld world, SeededRandom random, DiskConditions conditions) {
    this.world = world;
    this.random = random;
    this.conditions = conditions;
  }

  /** The files below a folder, for one role. */
  Disk view(SimProcess process, RolePorts owner, String folder) {
    return new DiskView(this, process, owner, DiskView.prefix("", folder));
  }

  /** Durable operations finished, joined ones counted once. */
  public long syncs() {
    return syncs;
  }

  /** All names on the disk, sorted, for checks. */
  public List<String> names() {
    List<String> found = new ArrayList<>();
    names.forEach(
        (name, entry) -> {
          if (entry.live != null) {
            found.add(name);
          }
        });
    return found;
  }

  long readDelay() {
    return stalled(conditions.readMin() + random.nextLong(conditions.readJitter() + 1));
  }

  private long syncDelay() {
    return stalled(conditions.syncMin() + random.nextLong(conditions.syncJitter() + 1));
  }

  private long stalled(long nanos) {
    if (random.chance(conditions.stallPerMillion())) {
      world.count("disk stalls");
      return nanos + random.nextLong(conditions.stallMax());
    }
    return nanos;
  }

  /** The file of that name, or null. */
  FileNode find(String name) {
    Name entry = names.get(name);
    return entry == null ? null : entry.live;
  }

  FileNode create(String name, long preallocateBytes) {
    FileNode node = new FileNode(Bytes.EMPTY, preallocateBytes);
    names.computeIfAbsent(name, absent -> new Name()).change(node);
    return node;
  }

  void replace(SimProcess process, RolePorts owner, String name, Bytes content, Runnable done) {
    FileNode node = new FileNode(content, 0);
    Name entry = names.computeIfAbsent(name, absent -> new Name());
    entry.change(node);
    submit(new Operation(process, owner, false, () -> entry.onDurable(node), done));
  }

  void delete(SimProcess process, RolePorts owner, String name, Runnable done) {
    Name entry = names.computeIfAbsent(name, absent -> new Name());
    entry.change(null);
    submit(new Operation(process, owner, false, () -> entry.onDurable(null), done));
  }

  void sync(SimProcess process, RolePorts owner, String name, FileNode node, Runnable done) {
    long covered = node.size();
    Runnable apply =
        () -> {
          node.onSynced(covered);
          Name entry = names.get(name);
          if (entry != null && entry.pending.contains(node)) {
            entry.onDurable(node);
          }
        };
    submit(new Operation(process, owner, true, apply, done));
  }

  void truncate(SimProcess process, RolePorts owner, FileNode node, long size, Runnable done) {
    node.truncate(size);
    submit(new Operation(process, owner, false, node::onTruncated, done));
  }

  private void submit(Operation operation) {
    Check.that(operation.process.isAlive(), "a dead process uses its disk");
    waiting.add(operation);
    if (!busy) {
      begin();
    }
  }

  private void begin() {
    List<Operation> group = new ArrayList<>();
    group.add(waiting.poll());
    while (group.get(0).isSync && !waiting.isEmpty() && waiting.peek().isSync) {
      group.add(waiting.poll());
    }
    busy = true;
    world.schedule(syncDelay(), group.get(0).process, null, () -> finish(group));
  }

  private void finish(List<Operation> group) {
    syncs++;
    for (Operation operation : group) {
      operation.apply.run();
      world.schedule(0, operation.process, operation.owner, operation.onDurable);
    }
    busy = false;
    if (!waiting.isEmpty()) {
      begin();
    }
  }

  /** The process is gone, and what was under way with it. */
  void crash(boolean powerLost) {
    waiting.clear();
    busy = false;
    for (Name entry : names.values()) {
      if (powerLost && !entry.pending.isEmpty()) {
        int choice = random.nextInt(entry.pending.size() + 1);
        entry.live = choice == 0 ? entry.durable : entry.pending.get(choice - 1);
      }
      // A name that the system has taken survives with it; its content is another matter.
      entry.durable = entry.live;
      entry.pending.clear();
      if (entry.live != null) {
        if (powerLost) {
          entry.live.onPowerLoss(random);
        } else {
          entry.live.onProcessDeath(random);
        }
      }
    }
    names.values().removeIf(entry -> entry.live == null);
  }
}
