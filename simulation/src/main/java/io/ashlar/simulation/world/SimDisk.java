package io.ashlar.simulation.world;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.SeededRandom;
import io.ashlar.host.Disk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine's disk. Files and their names live on when the process dies; what was not durable then
 * is lost, torn or kept, by draw. Durable operations run one at a time in the order they were asked
 * for; syncs that wait together are one.
 *
 * <p>When an operation fails, nothing after it is done or told, and the process stops soon.
 */
public final class SimDisk {
  /**
   * Something that becomes durable.
   *
   * @param undo takes back what is seen of it already
   */
  private record Operation(
      SimProcess process,
      RolePorts owner,
      boolean isSync,
      Runnable apply,
      Runnable undo,
      Runnable onDurable) {}

  /** How long a process may go on when its disk has failed. */
  private static final long STOP_NANOS_MAX = 2_000_000;

  private static final Runnable NOTHING = () -> {};

  private final SimWorld world;
  private final SeededRandom random;
  private final SeededRandom fates;
  private final DiskConditions conditions;
  private final DiskTrouble trouble;
  private final FileNames names = new FileNames();
  private final ArrayDeque<Operation> waiting = new ArrayDeque<>();
  private List<Operation> running = List.of();

  /** Never done, since the disk hangs; in the order they were asked for. */
  private final List<Operation> hanging = new ArrayList<>();

  private boolean failed;
  private long syncs;
  private long crashes;

  SimDisk(SimWorld world, String machine, SeededRandom random, DiskConditions conditions) {
    this.world = world;
    this.random = random;
    this.fates = random.fork("fates");
    this.conditions = conditions;
    this.trouble = new DiskTrouble(world, machine);
  }

  /** The files below a folder, for one role. */
  Disk view(SimProcess process, RolePorts owner, String folder) {
    return new DiskView(this, process, owner, DiskView.prefix("", folder));
  }

  /** What goes wrong with it while the machine is up. */
  public DiskTrouble trouble() {
    return trouble;
  }

  /** Durable operations finished, joined ones counted once. */
  public long syncs() {
    return syncs;
  }

  /** All names on the disk, sorted, for checks. */
  public List<String> names() {
    return names.paths();
  }

  /** A file's content as it is seen now, or null, for checks. */
  public Bytes content(String path) {
    FileNode node = names.find(path);
    return node == null ? null : node.readAll();
  }

  /**
   * How much of a file has been on the disk so long that a later sync covered more of it; 0 when
   * there is no such file.
   */
  public long settledBytes(String path) {
    FileNode node = names.find(path);
    return node == null ? 0 : node.settled();
  }

  /** Whether a failure of the power now would take something from a file, or tear it. */
  public boolean isWriting() {
    return names.anyLive(node -> node.size() > node.synced());
  }

  /** As {@link #isWriting}, of a file that has grown over what was reserved for it. */
  public boolean isWritingBeyondReserved() {
    return names.anyLive(node -> node.size() > node.synced() && node.hasOutgrownReserved());
  }

  /** Whether {@link #isWritingBeyondReserved} may be soon: where space is reserved it is seldom. */
  public boolean mayWriteBeyondReserved() {
    return !conditions.reserves() || names.anyLive(FileNode::hasOutgrownSomethingReserved);
  }

  /** The beginning of a file that surely survives a failure of the power; null without a file. */
  public Bytes durableContent(String path) {
    FileNode node = names.find(path);
    return node == null ? null : node.read(0, (int) node.synced());
  }

  /**
   * A bit on the disk is not what was written any more. Nobody is told.
   *
   * @param offset below {@link #settledBytes}
   */
  public void flip(String path, long offset, int bit) {
    names.find(path).flip(offset, bit);
    world.traceWorld("BitFlipped", "file", path, "offset", offset, "bit", bit);
  }

  /** A copy of all files as they are seen now; durable where it is put back. */
  public DiskImage image() {
    DiskImage image = new DiskImage();
    for (String path : names.paths()) {
      image.put(path, names.find(path).readAll());
    }
    return image;
  }

  /**
   * Of all files whose path begins so the disk holds those of the copy and no others; its process
   * is down.
   *
   * @param prefix empty for the whole disk
   */
  public void restore(String prefix, DiskImage image) {
    lose(prefix);
    image.forEach(
        (path, content) -> {
          if (path.startsWith(prefix)) {
            FileNode node = new FileNode(content, 0);
            names.onDurable(path, names.change(path, node));
          }
        });
  }

  /**
   * All files whose path begins so are gone for ever; its process is down.
   *
   * @param prefix empty for the whole disk
   */
  public void lose(String prefix) {
    if (prefix.isEmpty()) {
      names.clear();
    } else {
      names.clear(prefix);
    }
  }

  /** All files but those whose path begins so are gone for ever; its process is down. */
  public void loseAllBut(String prefix) {
    names.clearAllBut(prefix);
  }

  long readDelay() {
    return delay(conditions.readMin() + random.nextLong(conditions.readJitter() + 1));
  }

  private long syncDelay() {
    return delay(conditions.syncMin() + random.nextLong(conditions.syncJitter() + 1));
  }

  private long delay(long nanos) {
    long longer = nanos * trouble.slowness();
    if (random.chance(conditions.stallPerMillion())) {
      world.count(WorldConditions.DISK_STALLS);
      return longer + random.nextLong(conditions.stallMax());
    }
    return longer;
  }

  /** Whether a read is not done, now and for ever. */
  boolean stopsRead(SimProcess process, String path) {
    return stops(process, DiskTrouble.Operation.READ, path);
  }

  /**
   * Whether an operation is not done: it fails, and its process stops soon; or one before it has
   * failed.
   *
   * @param what it is about, for people
   */
  public boolean stops(SimProcess process, DiskTrouble.Operation kind, String what) {
    Check.that(process.isAlive(), "a dead process uses its disk");
    if (failed) {
      return true;
    }
    if (!trouble.takeFailure(kind)) {
      return false;
    }
    world.count("disk errors: " + kind);
    fail(process, kind + " of " + what + " failed");
    return true;
  }

  /** As {@link #stops} for what needs more room than there is. */
  public boolean stopsFull(SimProcess process, String what) {
    if (failed) {
      return true;
    }
    if (!trouble.isFull()) {
      return false;
    }
    world.count("disk errors: no space left");
    fail(process, "no space left for " + what);
    return true;
  }

  /** Whether a new file cannot be made. */
  boolean stopsCreation(SimProcess process, String path) {
    return stopsFull(process, path) || stops(process, DiskTrouble.Operation.WRITE, path);
  }

  private void fail(SimProcess process, String why) {
    failed = true;
    world.traceWorld("DiskFailed", "process", process.name(), "why", why);
    world.after(1 + fates.nextLong(STOP_NANOS_MAX), () -> process.stopBecause(why));
  }

  /** The file of that name, or null. */
  FileNode find(String name) {
    return names.find(name);
  }

  /** Whoever read it may rely on it: a file that was replaced is on the disk, name and all. */
  void onSeen(String name, FileNode node) {
    names.onSeenDurable(name, node);
  }

  FileNode create(String name, long preallocateBytes) {
    FileNode node = new FileNode(Bytes.EMPTY, conditions.reserves() ? preallocateBytes : 0);
    names.change(name, node);
    return node;
  }

  void append(SimProcess process, String name, FileNode node, Bytes bytes) {
    boolean failedBefore = failed;
    boolean isReserved = bytes.length() <= node.reservedLeft();
    node.append(bytes);
    if (stops(process, DiskTrouble.Operation.WRITE, name)
        || (!isReserved && stopsFull(process, name))) {
      int length = bytes.length();
      node.onWriteFailed(failedBefore || length == 0 ? length : 1 + fates.nextInt(length));
    }
  }

  void replace(SimProcess process, RolePorts owner, String name, Bytes content, Runnable done) {
    if (!stopsFull(process, name)) {
      change(process, owner, name, new FileNode(content, 0), done);
    }
  }

  void delete(SimProcess process, RolePorts owner, String name, Runnable done) {
    change(process, owner, name, null, done);
  }

  private void change(
      SimProcess process, RolePorts owner, String name, FileNode node, Runnable done) {
    boolean failedBefore = failed;
    if (stopsWrite(process, name)) {
      // The name may have changed before the sync of its folder failed.
      if (!failedBefore && fates.nextBoolean()) {
        names.change(name, node);
      }
      return;
    }
    FileNames.Change change = names.change(name, node);
    submit(
        name,
        new Operation(
            process,
            owner,
            false,
            () -> names.onDurable(name, change),
            () -> names.undo(name, change),
            done));
  }

  private boolean stopsWrite(SimProcess process, String name) {
    return stops(process, DiskTrouble.Operation.WRITE, name)
        || stops(process, DiskTrouble.Operation.SYNC, name);
  }

  void sync(SimProcess process, RolePorts owner, String name, FileNode node, Runnable done) {
    boolean failedBefore = failed;
    if (stops(process, DiskTrouble.Operation.SYNC, name)) {
      if (!failedBefore) {
        node.onSyncFailed();
      }
      return;
    }
    long covered = node.size();
    Object truncations = node.truncations();
    Runnable apply =
        () -> {
          node.onSynced(covered, truncations);
          names.onSynced(name, node);
        };
    submit(name, new Operation(process, owner, true, apply, NOTHING, done));
  }

  void truncate(
      SimProcess process, RolePorts owner, String name, FileNode node, long size, Runnable done) {
    if (stopsWrite(process, name)) {
      return;
    }
    node.truncate(size);
    submit(
        name, new Operation(process, owner, false, node::onTruncated, node::undoTruncation, done));
  }

  private void submit(String name, Operation operation) {
    if (trouble.hangs(name)) {
      hanging.add(operation);
      return;
    }
    waiting.add(operation);
    if (running.isEmpty()) {
      begin();
    }
  }

  private void begin() {
    List<Operation> group = new ArrayList<>();
    group.add(waiting.poll());
    while (group.get(0).isSync && !waiting.isEmpty() && waiting.peek().isSync) {
      group.add(waiting.poll());
    }
    running = group;
    world.schedule(syncDelay(), group.get(0).process, null, () -> finish(group));
  }

  private void finish(List<Operation> group) {
    syncs++;
    running = List.of();
    boolean told = !failed || fates.nextBoolean();
    for (Operation operation : group) {
      operation.apply.run();
      if (told) {
        world.schedule(0, operation.process, operation.owner, operation.onDurable);
      }
    }
    if (!waiting.isEmpty() && !failed) {
      begin();
    }
  }

  /** The process is gone, and what was under way with it. */
  void crash(boolean powerLost) {
    List<Operation> unfinished = new ArrayList<>(running);
    unfinished.addAll(waiting);
    unfinished.addAll(hanging);
    waiting.clear();
    hanging.clear();
    trouble.onProcessDeath();
    running = List.of();
    failed = false;
    boolean last = fates.fork("gone " + ++crashes).nextBoolean();
    FileNode stale = conditions.staleSectors() ? names.gone(last) : null;
    boolean allLost = powerLost && fates.nextInt(4) == 0;
    Crash crash = new Crash(world, random, conditions.sectorBytes(), allLost, stale);
    if (powerLost) {
      names.onPowerLoss(crash);
      return;
    }
    // They are done one after the other, so that the last ones may not have begun.
    int begun = unfinished.isEmpty() ? 0 : fates.nextInt(unfinished.size() + 1);
    for (int i = unfinished.size() - 1; i >= begun; i--) {
      unfinished.get(i).undo.run();
    }
    names.onProcessDeath(crash);
  }
}
