package io.ashlar.simulation.faults;

import io.ashlar.simulation.world.SimDisk;
import io.ashlar.simulation.world.SimMachine;
import io.ashlar.simulation.world.SimWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which registers of coordinators have been damaged for ever, and which may be as well: of each set
 * fewer than half of those that are there, so that a majority of the others decides.
 */
final class RegisterCopies {
  /** What their files are called, with the set's id behind it: the same on each coordinator. */
  private static final String PREFIX = "coordinator/register-";

  private final SimWorld world;

  /** How many are damaged, by the name of their files. */
  private final Map<String, Integer> damaged = new TreeMap<>();

  RegisterCopies(SimWorld world) {
    this.world = world;
  }

  /** The files on a disk of which one more may be damaged, sorted. */
  List<String> damageable(SimDisk disk) {
    List<String> found = new ArrayList<>();
    for (String path : disk.names()) {
      if (path.startsWith(PREFIX) && disk.settledBytes(path) > 0 && mayLoseAnother(path)) {
        found.add(path);
      }
    }
    return found;
  }

  private boolean mayLoseAnother(String path) {
    int copies = 0;
    for (SimMachine machine : world.machines()) {
      copies += machine.disk().names().contains(path) ? 1 : 0;
    }
    return damaged.getOrDefault(path, 0) + 1 <= (copies - 1) / 2;
  }

  /** One of the files of that name is damaged from now on. */
  void damage(String path) {
    damaged.merge(path, 1, Integer::sum);
  }
}
