package io.ashlar.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.client.Range;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.directory.DirectoryException.Reason;
import io.ashlar.layer.SlowClock;
import io.ashlar.simulation.Simulated;
import io.ashlar.simulation.SimulatedClient;
import io.ashlar.simulation.SimulatedProgram;
import io.ashlar.simulation.junit.SimulatedCluster;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What users of directories rely on, beside that they do as FoundationDB's. */
@Timeout(300)
class DirectoryTest {
  private static final DirectoryLayer ROOT = new DirectoryLayer();

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Reason reason(Runnable call) {
    try {
      call.run();
    } catch (CompletionException e) {
      return ((DirectoryException) e.getCause()).reason();
    }
    return null;
  }

  /** Makes directories until the faults end; each has a row that says whose it is. */
  private static Void makeDirectories(SimulatedClient client) {
    for (int i = 0; client.isBusy(); i++) {
      String name = client.name() + "-" + client.starts() + "-" + i;
      List<String> path = List.of("group-" + client.random().nextInt(3), name);
      try {
        client
            .database()
            .run(
                transaction -> {
                  Subspace rows = ROOT.create(transaction, path).join().subspace();
                  transaction.set(rows.pack("owner"), utf8(name));
                  return null;
                });
      } catch (AshlarException e) {
        client.note(name + ": " + e.code());
      }
      if (client.random().nextInt(4) == 0) {
        try {
          client.database().runAsync(tx -> ROOT.removeIfExists(tx, path)).join();
        } catch (CompletionException e) {
          client.note(name + " removed: " + e.getCause());
        }
      }
    }
    return null;
  }

  @SimulatedCluster(seeds = 12, busySeconds = 4)
  void directoriesThatAreMadeAtTheSameTimeShareNoKeys(Simulated cluster, Database database) {
    List<SimulatedProgram<Void>> makers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      makers.add(cluster.spawn("maker-" + i, DirectoryTest::makeDirectories));
    }
    makers.forEach(maker -> maker.join());
    cluster.eventually("the directories are read", () -> expectOwnersInTheirPlaces(database));
  }

  private static void expectOwnersInTheirPlaces(Database database) {
    TreeMap<String, List<String>> byPrefix = new TreeMap<>();
    for (String group : ROOT.list(database).join()) {
      for (String name : ROOT.list(database, List.of(group)).join()) {
        Subspace rows = ROOT.open(database, List.of(group, name)).join().subspace();
        byte[] owner = database.read(reads -> reads.get(rows.pack("owner")).join());
        assertThat(owner).as(name).isEqualTo(utf8(name));
        byPrefix.computeIfAbsent(rows.toString(), prefix -> new ArrayList<>()).add(name);
      }
    }
    assertThat(byPrefix.values()).allSatisfy(names -> assertThat(names).hasSize(1));
  }

  @Test
  void keysStayWhereTheyAreWhenTheirDirectoryMoves() {
    try (Database database = Ashlar.inMemory()) {
      DirectorySubspace users = ROOT.createOrOpen(database, List.of("shop", "users")).join();
      database.run(
          transaction -> {
            transaction.set(users.subspace().pack("ann"), utf8("1"));
            return null;
          });
      ROOT.createOrOpen(database, List.of("archive")).join();
      DirectorySubspace moved = users.moveTo(database, List.of("archive", "people")).join();
      assertThat(moved.getPath()).containsExactly("archive", "people");
      assertThat(moved.subspace()).isEqualTo(users.subspace());
      assertThat(users.exists(database).join()).isFalse();
      assertThat(ROOT.list(database, List.of("archive")).join()).containsExactly("people");
      moved.remove(database).join();
      byte[] ann = database.read(reads -> reads.get(users.subspace().pack("ann")).join());
      assertThat(ann).isNull();
    }
  }

  /** Makes {@code groups} directories in /many, with {@code each} in each of them. */
  private static void makeMany(Database database, int groups, int each) {
    Subspace nodes = new Subspace(new byte[] {(byte) 0xfe});
    NodeTree tree = new NodeTree(nodes);
    Subspace many = tree.node(ROOT.create(database, List.of("many")).join().subspace().getKey());
    for (int i = 0; i < groups; i++) {
      int group = i;
      database.run(
          transaction -> {
            byte[] prefix = new Subspace(utf8("g")).pack(group);
            tree.setChild(transaction, many, "group-" + group, prefix);
            tree.setLayer(transaction, tree.node(prefix), new byte[0]);
            for (int k = 0; k < each; k++) {
              byte[] inner = new Subspace(utf8("k")).pack(Tuple.from(group, k));
              tree.setChild(transaction, tree.node(prefix), "child-" + k, inner);
              tree.setLayer(transaction, tree.node(inner), new byte[0]);
              transaction.set(inner, utf8("row"));
            }
            return null;
          });
    }
  }

  private static long rows(Database database, String prefix) {
    return database.read(
        reads -> (long) reads.getRange(Range.startsWith(utf8(prefix))).asList().join().size());
  }

  /** Their nodes were read one after the other: with some more, each try was too old in the end. */
  @SimulatedCluster(seeds = 1, faults = "none", busySeconds = 1)
  void nodesOfADirectoryThatIsRemovedAreReadTogether(Simulated client, Database database) {
    makeMany(database, 10, 200);
    try (Transaction transaction = database.createTransaction()) {
      transaction.getReadVersion().join();
      long begun = database.environment().nowNanos();
      ROOT.remove(transaction, List.of("many")).join();
      Duration took = Duration.ofNanos(database.environment().nowNanos() - begun);
      assertThat(took).isLessThan(Duration.ofMillis(50));
      transaction.commitBlocking();
    }
    assertThat(ROOT.list(database).join()).isEmpty();
    assertThat(rows(database, "k")).isZero();
  }

  @Test
  void directoryWithMoreInItThanATransactionHasTimeForIsNotRemoved() {
    for (int groups : new int[] {1, 40}) {
      try (Database database = Ashlar.inMemory()) {
        makeMany(database, groups, 1_600 / groups);
        database.run(
            transaction -> {
              Transaction slow = SlowClock.on(transaction, Duration.ofSeconds(1));
              assertThat(reason(() -> ROOT.remove(slow, List.of("many")).join()))
                  .isEqualTo(Reason.TOO_MANY);
              return null;
            });
        assertThat(ROOT.list(database, List.of("many")).join()).hasSize(groups);
        assertThat(rows(database, "k")).isEqualTo(1_600);
        ROOT.remove(database, List.of("many")).join();
        assertThat(rows(database, "k")).isZero();
      }
    }
  }

  @Test
  void directoryIsPartOfTheTransactionThatMakesIt() {
    try (Database database = Ashlar.inMemory()) {
      try (Transaction transaction = database.createTransaction()) {
        ROOT.create(transaction, List.of("a")).join();
        assertThat(ROOT.exists(transaction, List.of("a")).join()).isTrue();
        assertThat(ROOT.exists(database, List.of("a")).join()).isFalse();
      }
      assertThat(ROOT.exists(database, List.of("a")).join()).isFalse();
    }
  }

  @Test
  void severalDirectoriesMadeAtOnceInOneTransactionDiffer() {
    try (Database database = Ashlar.inMemory()) {
      List<Subspace> places =
          database.run(
              transaction -> {
                ROOT.createOrOpen(transaction, List.of("first")).join();
                var futures = new ArrayList<CompletableFuture<byte[]>>();
                PrefixAllocator allocator = new PrefixAllocator(new Subspace(utf8("own")));
                for (int i = 0; i < 40; i++) {
                  futures.add(allocator.allocate(transaction));
                }
                return futures.stream().map(future -> new Subspace(future.join())).toList();
              });
      assertThat(places).doesNotHaveDuplicates().hasSize(40);
    }
  }

  @Test
  void partitionHasNoKeysOfItsOwn() {
    try (Database database = Ashlar.inMemory()) {
      DirectorySubspace tenant =
          ROOT.createOrOpen(database, List.of("tenant"), DirectoryLayer.partition()).join();
      assertThat(tenant.isPartition()).isTrue();
      assertThatThrownBy(tenant::subspace)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("/tenant");
      DirectorySubspace inside = tenant.createOrOpen(database, List.of("orders")).join();
      assertThat(inside.getPath()).containsExactly("tenant", "orders");
      assertThat(reason(() -> inside.moveTo(database, List.of("orders")).join()))
          .isEqualTo(Reason.ILLEGAL_MOVE);
    }
  }

  @Test
  void rowsOfALaterVersionAreRefused() {
    try (Database database = Ashlar.inMemory()) {
      ROOT.createOrOpen(database, List.of("a")).join();
      byte[] version =
          new Subspace(new byte[] {(byte) 0xfe})
              .get(new byte[] {(byte) 0xfe})
              .pack(utf8("version"));
      setBytes(database, version, new byte[] {1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0});
      assertThat(ROOT.exists(database, List.of("a")).join()).isTrue();
      assertThat(reason(() -> ROOT.createOrOpen(database, List.of("b")).join()))
          .isEqualTo(Reason.UNKNOWN_VERSION);
      setBytes(database, version, new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
      assertThat(reason(() -> ROOT.exists(database, List.of("a")).join()))
          .isEqualTo(Reason.UNKNOWN_VERSION);
    }
  }

  private static void setBytes(Database database, byte[] key, byte[] value) {
    database.run(
        transaction -> {
          transaction.set(key, value);
          return null;
        });
  }

  /**
   * The prefix had been looked for before the parent was made, and the parent got one inside it.
   */
  @Test
  void aParentThatIsMissingDoesNotGetThePrefixOfItsChild() {
    byte[] wanted = {0x15};
    DirectoryLayer layer = manual();
    try (Database database = Ashlar.inMemory()) {
      Reason reason =
          reason(
              () ->
                  layer.createWithPrefix(database, List.of("a", "b"), new byte[0], wanted).join());
      if (reason == null) {
        // One number of 64 has another first byte.
        byte[] parent = layer.open(database, List.of("a")).join().subspace().getKey();
        assertThat(parent).containsExactly(0x14);
      } else {
        assertThat(reason).isEqualTo(Reason.PREFIX_IN_USE);
        assertThat(layer.list(database).join()).isEmpty();
      }
    }
  }

  private static DirectoryLayer manual() {
    return new DirectoryLayer(new Subspace(new byte[] {(byte) 0xfe}), new Subspace(), true);
  }

  /** Nothing of what one had written had been read by the other. */
  @Test
  void aPrefixThatIsAllocatedIsNotGivenToSomebodyWhoChoosesItMeanwhile() {
    DirectoryLayer layer = manual();
    try (Database database = Ashlar.inMemory();
        Transaction allocating = database.createTransaction()) {
      // The first one of all writes the tree's version, which everybody reads.
      layer.create(database, List.of("first")).join();
      byte[] prefix = layer.create(allocating, List.of("c")).join().subspace().getKey();
      layer.createWithPrefix(database, List.of("b"), new byte[0], prefix).join();
      assertThatThrownBy(allocating::commitBlocking)
          .isInstanceOfSatisfying(
              AshlarException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_COMMITTED));
    }
  }

  /** It ended with a NullPointerException. */
  @Test
  void directoriesAreMadeWhereSnapshotsDoNotSeeOwnWrites() {
    DatabaseOptions options = DatabaseOptions.defaults().withSnapshotReadYourWrites(false);
    try (Database database = Ashlar.inMemory(options)) {
      for (int i = 0; i < 100; i++) {
        ROOT.create(database, List.of("d" + i)).join();
      }
      assertThat(ROOT.list(database).join()).hasSize(100);
    }
  }
}
