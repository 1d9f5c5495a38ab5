package io.ashlar.simulation.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What each name of a disk stands for: now, and after a crash. A change of a name is durable when
 * its own operation has finished, or that of a later change in the same folder.
 */
final class FileNames {
  /**
   * From some moment on a name stands for another file.
   *
   * @param node null when it stands for none
   * @param number grows with each change
   */
  record Change(FileNode node, long number) {}

  private static final class Name {
    FileNode durable;

    /** What may have come after it, oldest first; the last is what is seen now. */
    final List<Change> pending = new ArrayList<>();

    FileNode live() {
      return pending.isEmpty() ? durable : pending.get(pending.size() - 1).node;
    }
  }

  private final TreeMap<String, Name> names = new TreeMap<>();
  private long changes;

  /** The last file that lost its name for good: its sectors are free. */
  private FileNode lastGone;

  /** The largest of them, of several the last. */
  private FileNode largestGone;

  /** The file of that name, or null. */
  FileNode find(String path) {
    Name name = names.get(path);
    return name == null ? null : name.live();
  }

  /** All names, sorted. */
  List<String> paths() {
    List<String> found = new ArrayList<>();
    names.forEach(
        (path, name) -> {
          if (name.live() != null) {
            found.add(path);
          }
        });
    return found;
  }

  /** A file that lost its name for good, or null: the last, or the largest. */
  FileNode gone(boolean last) {
    return last ? lastGone : largestGone;
  }

  Change change(String path, FileNode node) {
    Change change = new Change(node, ++changes);
    names.computeIfAbsent(path, absent -> new Name()).pending.add(change);
    return change;
  }

  /** A change that was asked for has not even begun; those after it neither. */
  void undo(String path, Change change) {
    Name name = names.get(path);
    if (name != null) {
      name.pending.remove(change);
    }
  }

  /** The change is durable, and so are all before it in its folder. */
  void onDurable(String path, Change change) {
    String folder = path.substring(0, path.lastIndexOf('/') + 1);
    for (Map.Entry<String, Name> entry : names.tailMap(folder, true).entrySet()) {
      if (!entry.getKey().startsWith(folder)) {
        break;
      }
      if (entry.getKey().indexOf('/', folder.length()) < 0) {
        settle(entry.getValue(), earlier -> earlier.number <= change.number);
      }
    }
  }

  /** The name is durable as it is now, if it stands for that file. */
  void onSeenDurable(String path, FileNode node) {
    Name name = names.get(path);
    if (name != null && name.live() == node) {
      settle(name, change -> true);
    }
  }

  /** The name stands at least for that file: what came before it is over. */
  void onSynced(String path, FileNode node) {
    Name name = names.get(path);
    for (int i = 0; name != null && i < name.pending.size(); i++) {
      Change change = name.pending.get(i);
      if (change.node == node) {
        settle(name, earlier -> earlier.number <= change.number);
        return;
      }
    }
  }

  private void settle(Name name, Predicate<Change> isDurable) {
    while (!name.pending.isEmpty() && isDurable.test(name.pending.get(0))) {
      become(name, name.pending.remove(0).node);
    }
  }

  private void become(Name name, FileNode node) {
    if (name.durable != node && name.durable != null) {
      lastGone = name.durable;
      if (largestGone == null || lastGone.writtenBytes() >= largestGone.writtenBytes()) {
        largestGone = lastGone;
      }
    }
    name.durable = node;
  }

  /** The process died; every name is as it was seen last, and no more durable than before. */
  void onProcessDeath(Crash crash) {
    names.values().removeIf(name -> name.pending.isEmpty() && name.durable == null);
    forEachLive(node -> node.onProcessDeath(crash));
  }

  /** The power went: of the changes that were not durable some were made, some were not. */
  void onPowerLoss(Crash crash) {
    for (Name name : names.values()) {
      if (!name.pending.isEmpty()) {
        int choice = crash.random().nextInt(name.pending.size() + 1);
        if (choice < name.pending.size()) {
          crash.count("disk: names undone");
        }
        if (choice > 0) {
          become(name, name.pending.get(choice - 1).node);
        }
        name.pending.clear();
      }
    }
    names.values().removeIf(name -> name.durable == null);
    forEachLive(node -> node.onPowerLoss(crash));
  }

  /** Whether it is so of a file that has a name now. */
  boolean anyLive(Predicate<FileNode> some) {
    for (Name name : names.values()) {
      if (name.live() != null && some.test(name.live())) {
        return true;
      }
    }
    return false;
  }

  private void forEachLive(java.util.function.Consumer<FileNode> action) {
    for (Name name : names.values()) {
      if (name.live() != null) {
        action.accept(name.live());
      }
    }
  }

  /** Nothing is left of what begins so. */
  void clear(String prefix) {
    names.keySet().removeIf(path -> path.startsWith(prefix));
  }

  /** Nothing is left but what begins so. */
  void clearAllBut(String prefix) {
    names.keySet().removeIf(path -> !path.startsWith(prefix));
    forgetGone();
  }

  /** Nothing is left. */
  void clear() {
    names.clear();
    forgetGone();
  }

  private void forgetGone() {
    lastGone = null;
    largestGone = null;
  }
}
