package io.ashlar.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.SeededRandom;
import io.ashlar.host.DurableFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SimDiskTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String A = "10.0.0.1:4500";

  private static SimWorld rough(long seed) {
    return new SimWorld(seed, WorldConditions.draw(new SeededRandom(seed).fork("conditions")));
  }

  private static Bytes filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return Bytes.wrap(bytes);
  }

  private static DurableFile open(SimWorld world, ToyRole role, String name, long reserve) {
    DurableFile[] opened = new DurableFile[1];
    role.host.disk().open(name, reserve, file -> opened[0] = file);
    world.runFor(SECOND);
    return opened[0];
  }

  private static Bytes readAll(SimWorld world, DurableFile file) {
    Bytes[] found = new Bytes[1];
    file.read(0, (int) file.size(), bytes -> found[0] = bytes);
    world.runFor(SECOND);
    return found[0];
  }

  @Test
  void syncedBytesSurviveAndUnsyncedOnesAreLostTornOrKept() {
    Set<String> fates = new TreeSet<>();
    for (long seed = 1; seed <= 200; seed++) {
      SimWorld world = rough(seed);
      ToyRole a = ToyRole.boot(world, A);
      DurableFile file = open(world, a, "segment", 0);
      file.append(filled(700, 1));
      file.sync(() -> a.outcomes.add("synced"));
      world.runFor(SECOND);
      assertThat(a.outcomes).containsExactly("synced");
      file.append(filled(3_000, 2));
      world.kill(world.process(A), true);
      Bytes found = readAll(world, open(world, ToyRole.boot(world, A), "segment", 0));
      assertThat(found.length()).isBetween(700, 3_700);
      assertThat(found.slice(0, 700)).isEqualTo(filled(700, 1));
      Bytes rest = found.slice(700, found.length());
      if (rest.isEmpty()) {
        fates.add("lost");
      } else if (!rest.equals(filled(rest.length(), 2))) {
        fates.add("torn");
      } else {
        fates.add(rest.length() == 3_000 ? "kept" : "cut");
      }
    }
    assertThat(fates).containsExactly("cut", "kept", "lost", "torn");
  }

  @Test
  void unsyncedBytesOutliveTheProcessThatHandedThemOverButNotThePowerAfterwards() {
    int cut = 0;
    int lost = 0;
    for (long seed = 1; seed <= 80; seed++) {
      SimWorld world = rough(seed);
      ToyRole a = ToyRole.boot(world, A);
      open(world, a, "segment", 0).append(filled(100, 1));
      world.kill(world.process(A), false);
      a = ToyRole.boot(world, A);
      DurableFile found = open(world, a, "segment", 0);
      Bytes left = readAll(world, found);
      assertThat(left).isEqualTo(filled(left.length(), 1));
      cut += left.length() < 100 ? 1 : 0;
      // What one life has found, no death of a process takes any more.
      world.kill(world.process(A), false);
      found = open(world, ToyRole.boot(world, A), "segment", 0);
      assertThat(readAll(world, found)).isEqualTo(left);
      if (seed % 2 == 0) {
        found.sync(() -> {});
        world.runFor(SECOND);
      }
      world.kill(world.process(A), true);
      Bytes later = readAll(world, open(world, ToyRole.boot(world, A), "segment", 0));
      if (seed % 2 == 0) {
        assertThat(later).isEqualTo(left);
      } else if (!later.equals(left)) {
        lost++;
      }
    }
    assertThat(cut).isBetween(5, 40);
    assertThat(lost).isGreaterThan(10);
  }

  @Test
  void replaceIsOldOrNewUntilItIsDurable() {
    Set<String> found = new TreeSet<>();
    for (long seed = 1; seed <= 60; seed++) {
      SimWorld world = rough(seed);
      ToyRole a = ToyRole.boot(world, A);
      a.host.disk().replace("state", Bytes.utf8("old"), () -> a.outcomes.add("durable"));
      world.runFor(SECOND);
      assertThat(a.outcomes).containsExactly("durable");
      a.host.disk().replace("state", Bytes.utf8("new"), () -> a.outcomes.add("never"));
      world.kill(world.process(A), true);
      ToyRole again = ToyRole.boot(world, A);
      again.host.disk().read("state", content -> found.add(content.utf8()));
      world.runFor(SECOND);
      assertThat(a.outcomes).hasSize(1);
    }
    assertThat(found).containsExactly("new", "old");
  }

  @Test
  void deleteAndCreationAreDecidedByTheCrashUntilTheyAreDurable() {
    Set<List<String>> found = new LinkedHashSet<>();
    for (long seed = 1; seed <= 60; seed++) {
      SimWorld world = rough(seed);
      ToyRole a = ToyRole.boot(world, A);
      a.host.disk().replace("kept/one", Bytes.utf8("1"), () -> {});
      a.host.disk().replace("going", Bytes.utf8("2"), () -> {});
      world.runFor(SECOND);
      a.host.disk().delete("going", () -> {});
      open(world, a, "coming", 0);
      a.host.disk().delete("kept/one", () -> {});
      world.kill(world.process(A), true);
      ToyRole again = ToyRole.boot(world, A);
      again.host.disk().list(names -> found.add(new ArrayList<>(names)));
      world.runFor(SECOND);
    }
    assertThat(found).hasSizeGreaterThanOrEqualTo(4);
    assertThat(found).allMatch(names -> !names.contains("going"));
  }

  @Test
  void syncsFinishInTheirOrderAndAreJoined() {
    SimWorld world = rough(9);
    ToyRole a = ToyRole.boot(world, A);
    DurableFile file = open(world, a, "segment", 0);
    for (int i = 0; i < 50; i++) {
      int number = i;
      file.append(filled(10, i));
      file.sync(() -> a.outcomes.add(Integer.toString(number)));
    }
    world.runFor(10 * SECOND);
    assertThat(a.outcomes).hasSize(50);
    assertThat(a.outcomes.get(0)).isEqualTo("0");
    assertThat(a.outcomes.get(49)).isEqualTo("49");
    assertThat(world.process(A).machine().disk().syncs()).isEqualTo(2);
  }

  @Test
  void reservedSpaceMayShowAsZerosAfterACrash() {
    Set<Long> sizes = new TreeSet<>();
    for (long seed = 1; seed <= 20; seed++) {
      SimWorld world = rough(seed);
      DurableFile file = open(world, ToyRole.boot(world, A), "segment", 1 << 26);
      assertThat(file.size()).isZero();
      file.append(filled(10, 1));
      file.sync(() -> {});
      world.runFor(SECOND);
      world.kill(world.process(A), true);
      DurableFile found = open(world, ToyRole.boot(world, A), "segment", 1 << 26);
      sizes.add(found.size());
      Bytes[] head = new Bytes[1];
      found.read(0, 20, bytes -> head[0] = bytes);
      found.truncate(10, () -> {});
      world.runFor(SECOND);
      assertThat(head[0].slice(0, 10)).isEqualTo(filled(10, 1));
      assertThat(found.size()).isEqualTo(10);
    }
    assertThat(sizes).containsExactly(10L, 1L << 26);
  }

  @Test
  void truncationBeforeItIsDurableIsDoneOrNot() {
    Set<Integer> lengths = new TreeSet<>();
    for (long seed = 1; seed <= 40; seed++) {
      SimWorld world = rough(seed);
      DurableFile file = open(world, ToyRole.boot(world, A), "segment", 0);
      file.append(filled(1_000, 1));
      file.sync(() -> {});
      world.runFor(SECOND);
      file.truncate(300, () -> {});
      world.kill(world.process(A), true);
      Bytes found = readAll(world, open(world, ToyRole.boot(world, A), "segment", 0));
      assertThat(found).isEqualTo(filled(found.length(), 1));
      lengths.add(found.length());
    }
    assertThat(lengths).containsExactly(300, 1_000);
  }

  @Test
  void aTruncationThatIsSeenMayStillBeUndoneByThePower() {
    Set<Integer> lengths = new TreeSet<>();
    for (long seed = 1; seed <= 60; seed++) {
      SimWorld world = rough(seed);
      DurableFile file = open(world, ToyRole.boot(world, A), "segment", 0);
      file.append(filled(1_000, 1));
      file.sync(() -> {});
      world.runFor(SECOND);
      file.truncate(300, () -> {});
      world.kill(world.process(A), false);
      DurableFile seen = open(world, ToyRole.boot(world, A), "segment", 0);
      long found = seen.size();
      if (seed % 2 == 0) {
        seen.sync(() -> {});
        world.runFor(SECOND);
      }
      world.kill(world.process(A), true);
      Bytes later = readAll(world, open(world, ToyRole.boot(world, A), "segment", 0));
      assertThat(later).isEqualTo(filled(later.length(), 1));
      if (seed % 2 == 0) {
        assertThat(later.length()).isEqualTo(found);
      } else if (found == 300) {
        lengths.add(later.length());
      }
    }
    assertThat(lengths).containsExactly(300, 1_000);
  }

  @Test
  void sectorsOfTheDrawnSizeAreWrittenWholeOrNotAndMayShowAFileThatIsGone() {
    Set<String> kinds = new TreeSet<>();
    for (long seed = 1; seed <= 300; seed++) {
      SimWorld world = rough(seed);
      int sector = world.conditions().disk().sectorBytes();
      ToyRole a = ToyRole.boot(world, A);
      DurableFile earlier = open(world, a, "earlier", 0);
      earlier.append(filled(60_000, 9));
      earlier.sync(() -> a.host.disk().delete("earlier", () -> {}));
      world.runFor(SECOND);
      DurableFile file = open(world, a, "segment", 0);
      file.append(filled(5 * sector, 1));
      world.kill(world.process(A), true);
      Bytes found = readAll(world, open(world, ToyRole.boot(world, A), "segment", 0));
      boolean isCut = found.length() % sector != 0;
      for (int at = 0; at + sector <= found.length(); at += sector) {
        Bytes part = found.slice(at, at + sector);
        int first = part.at(0);
        assertThat(part).as("seed " + seed + " at " + at).isEqualTo(filled(sector, first));
        kinds.add(sector + (first == 0 ? " zeros" : first == 9 ? " stale" : " kept"));
      }
      if (isCut) {
        // Only what was appended last, and only its end.
        assertThat(found).isEqualTo(filled(found.length(), 1));
      }
      if (!world.conditions().disk().staleSectors()) {
        assertThat(found.toArray()).doesNotContain((byte) 9);
      }
    }
    assertThat(kinds)
        .containsExactly(
            "4096 kept", "4096 stale", "4096 zeros", "512 kept", "512 stale", "512 zeros");
  }

  /** Of a large file that went first, or of a small one that went last, in one crash of one. */
  @Test
  void whatShowsIsOfTheLargestOrTheLastFileThatIsGone() {
    int ofLarge = 0;
    int ofSmall = 0;
    for (long seed = 1; seed <= 100; seed++) {
      SimWorld world = rough(seed);
      ToyRole a = ToyRole.boot(world, A);
      DurableFile large = open(world, a, "large", 0);
      large.append(filled(60_000, 9));
      large.sync(() -> a.host.disk().delete("large", () -> {}));
      world.runFor(SECOND);
      DurableFile small = open(world, a, "small", 0);
      small.append(filled(30_000, 8));
      small.sync(() -> a.host.disk().delete("small", () -> {}));
      world.runFor(SECOND);
      open(world, a, "segment", 0).append(filled(20_000, 1));
      world.kill(world.process(A), true);
      byte[] found = readAll(world, open(world, ToyRole.boot(world, A), "segment", 0)).toArray();
      ofLarge += contains(found, 9) ? 1 : 0;
      ofSmall += contains(found, 8) ? 1 : 0;
      assertThat(contains(found, 8) && contains(found, 9)).as("seed " + seed).isFalse();
    }
    assertThat(ofLarge).isPositive();
    assertThat(ofSmall).isPositive();
  }

  private static boolean contains(byte[] bytes, int wanted) {
    for (byte each : bytes) {
      if (each == wanted) {
        return true;
      }
    }
    return false;
  }

  @Test
  void filesAreLostAndKeptIndependentOfEachOther() {
    Set<String> fates = new TreeSet<>();
    for (long seed = 1; seed <= 80; seed++) {
      SimWorld world = rough(seed);
      ToyRole a = ToyRole.boot(world, A);
      for (String name : List.of("a", "b")) {
        DurableFile file = open(world, a, name, 0);
        file.append(filled(10, 1));
        file.sync(() -> {});
        world.runFor(SECOND);
        file.append(filled(2_000, 2));
      }
      world.kill(world.process(A), true);
      ToyRole again = ToyRole.boot(world, A);
      fates.add(
          (open(world, again, "a", 0).size() > 10 ? "a" : "")
              + (open(world, again, "b", 0).size() > 10 ? "b" : ""));
    }
    assertThat(fates).containsExactly("", "a", "ab", "b");
  }

  @Test
  void aSlowDiskIsSlowForAWhile() {
    SimWorld world = new SimWorld(3, WorldConditions.calm());
    ToyRole a = ToyRole.boot(world, A);
    DurableFile file = open(world, a, "segment", 0);
    world.process(A).machine().disk().trouble().slowDown(50, SECOND);
    long begun = world.nowNanos();
    long[] took = new long[2];
    file.sync(() -> took[0] = world.nowNanos() - begun);
    world.runFor(2 * SECOND);
    long later = world.nowNanos();
    file.sync(() -> took[1] = world.nowNanos() - later);
    world.runFor(2 * SECOND);
    assertThat(took[0]).isEqualTo(50 * took[1]);
  }

  @Test
  void aFullDiskTakesWhatWasReservedAndNothingElse() {
    SimWorld world = new SimWorld(3, WorldConditions.calm());
    ToyRole a = ToyRole.boot(world, A);
    DurableFile file = open(world, a, "segment", 1_000);
    world.process(A).machine().disk().trouble().setFull(true);
    file.append(filled(900, 1));
    file.sync(() -> a.outcomes.add("synced"));
    world.runFor(SECOND);
    assertThat(a.outcomes).containsExactly("synced");
    file.append(filled(200, 2));
    file.sync(() -> a.outcomes.add("told of what had no room"));
    world.runFor(SECOND);
    assertThat(world.process(A)).isNull();
    assertThat(world.failure()).isNull();
    assertThat(a.outcomes).containsExactly("synced");
    ToyRole again = ToyRole.boot(world, A);
    again.host.disk().replace("state", Bytes.of(1), () -> again.outcomes.add("replaced"));
    world.runFor(SECOND);
    assertThat(world.process(A)).isNull();
    world.machine("machine of " + A).disk().trouble().heal();
    ToyRole last = ToyRole.boot(world, A);
    last.host.disk().replace("state", Bytes.of(1), () -> last.outcomes.add("replaced"));
    world.runFor(SECOND);
    assertThat(last.outcomes).containsExactly("replaced");
    assertThat(again.outcomes).isEmpty();
    Bytes found = readAll(world, open(world, last, "segment", 1_000));
    assertThat(found.slice(0, 900)).isEqualTo(filled(900, 1));
  }

  @Test
  void aBitThatFlipsOnTheDiskIsReadAsItIs() {
    SimWorld world = new SimWorld(3, WorldConditions.calm());
    ToyRole a = ToyRole.boot(world, A);
    DurableFile file = open(world, a, "segment", 0);
    SimDisk disk = world.process(A).machine().disk();
    for (int i = 0; i < 3; i++) {
      file.append(filled(100, 1));
      file.sync(() -> {});
      world.runFor(SECOND);
    }
    // What the last sync covered may still be in doubt.
    assertThat(disk.settledBytes("toy/segment")).isEqualTo(200);
    disk.flip("toy/segment", 150, 3);
    Bytes found = readAll(world, file);
    assertThat(found.at(150)).isEqualTo(1 ^ 8);
    assertThat(found.slice(0, 150)).isEqualTo(filled(150, 1));
    assertThat(found.slice(151, 300)).isEqualTo(filled(149, 1));
  }
}
