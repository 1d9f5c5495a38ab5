package io.ashlar.client;

import static io.ashlar.client.TransactionTest.b;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.Keys;
import io.ashlar.core.SeededRandom;
import io.ashlar.message.CommitTransaction;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Which conflict ranges a transaction sends: exactly those of what it read and wrote. */
class ConflictTest {
  private final FakeWorld world = new FakeWorld(5);
  private final FakeCluster cluster = world.cluster;
  private final Database database = FakeWorld.connect(world, DatabaseOptions.defaults());
  private final Transaction tr = database.createTransaction();

  ConflictTest() {
    for (String key : List.of("a", "b", "c", "d", "e", "f")) {
      cluster.put(key, key.toUpperCase(java.util.Locale.ROOT));
    }
  }

  private static boolean isFence(KeyRange range) {
    return range.begin().startsWith(Keys.FENCE_PREFIX);
  }

  private static String text(Bytes encoded) {
    StringBuilder text = new StringBuilder();
    for (KeyRange range : KeyRanges.decode(encoded)) {
      if (!isFence(range)) {
        text.append('[').append(range.begin()).append(',').append(range.end()).append(')');
      }
    }
    return text.toString();
  }

  private CommitTransaction commit() {
    tr.addWriteConflictKey(b("w"));
    world.await(tr.commit());
    return cluster.commitRequests.get(0);
  }

  private String readConflicts() {
    return text(commit().readConflicts());
  }

  private void read(CompletableFuture<?> future) {
    world.await(future);
  }

  private static KeySelector at(String key) {
    return KeySelector.firstGreaterOrEqual(b(key));
  }

  @Example
  void aPointReadIsItsKey() {
    read(tr.get(b("b")));
    read(tr.get(b("x")));
    assertThat(readConflicts()).isEqualTo("[b,b\\x00)[x,x\\x00)");
  }

  @Example
  void snapshotReadsAddNothing() {
    read(tr.snapshot().get(b("b")));
    read(tr.snapshot().getRange(b("a"), b("z")).asList());
    read(tr.snapshot().getKey(at("c")));
    assertThat(tr.snapshot().addReadConflictKeyIfNotSnapshot(b("q"))).isFalse();
    assertThat(readConflicts()).isEmpty();
  }

  @Example
  void aKeyOfOnesOwnIsNotRead() {
    tr.set(b("b"), b("x"));
    tr.clear(b("c"), b("e"));
    tr.mutate(MutationType.ADD, b("f"), b("1"));
    read(tr.get(b("b")));
    read(tr.get(b("d")));
    assertThat(readConflicts()).isEmpty();
  }

  @Example
  void anAtomicOperationIsReadOnlyWhenItIsLookedAt() {
    tr.mutate(MutationType.ADD, b("f"), b("1"));
    read(tr.get(b("f")));
    assertThat(readConflicts()).isEqualTo("[f,f\\x00)");
  }

  @Example
  void aRangeIsAllOfItWhenAllWasRead() {
    read(tr.getRange(b("aa"), b("bb")).asList());
    assertThat(readConflicts()).isEqualTo("[aa,bb)");
  }

  @Example
  void aLimitedRangeEndsAtItsLastRow() {
    read(tr.getRange(b("a"), b("z"), 2).asList());
    assertThat(readConflicts()).isEqualTo("[a,b\\x00)");
  }

  @Example
  void aLimitedReverseRangeBeginsAtItsLastRow() {
    read(tr.getRange(b("a"), b("z"), 2, true).asList());
    assertThat(readConflicts()).isEqualTo("[e,z)");
  }

  @Example
  void aRangeLeavesOutWhatTheTransactionWrote() {
    tr.set(b("b"), b("x"));
    tr.clear(b("d"), b("e"));
    tr.mutate(MutationType.ADD, b("c"), b("1"));
    read(tr.getRange(b("a"), b("f")).asList());
    assertThat(readConflicts()).isEqualTo("[a,b)[b\\x00,d)[e,f)");
  }

  @Example
  void aSelectorReachesFromItsReferenceToItsKey() {
    read(tr.getKey(KeySelector.firstGreaterThan(b("b")).add(1)));
    assertThat(readConflicts()).isEqualTo("[b\\x00,d\\x00)");
  }

  @Example
  void aSelectorThatCountsBackReachesFromItsKeyToItsReference() {
    read(tr.getKey(KeySelector.lastLessOrEqual(b("dd")).add(-1)));
    assertThat(readConflicts()).isEqualTo("[c,dd\\x00)");
  }

  @Example
  void aSelectorThatRunsOutReachesToTheEnd() {
    read(tr.getKey(KeySelector.firstGreaterThan(b("e")).add(5)));
    assertThat(readConflicts()).isEqualTo("[e\\x00,\\xff)");
  }

  @Example
  void aFarEndThatWasNotReachedIsNotRead() {
    read(tr.getRange(at("a"), at("c").add(2), 1).asList());
    assertThat(readConflicts()).isEqualTo("[a,a\\x00)");
  }

  @Example
  void aFarEndThatWasReachedIsRead() {
    read(tr.getRange(at("a"), at("c").add(2)).asList());
    assertThat(readConflicts()).isEqualTo("[a,e\\x00)");
  }

  @Example
  void pagesThatWereNotFetchedAreNotRead() {
    Transaction filler = database.createTransaction();
    for (int i = 0; i < 20; i++) {
      filler.set(b("m" + (char) ('a' + i)), new byte[100]);
    }
    world.await(filler.commit());
    AsyncIterator<KeyValue> rows =
        tr.getRange(b("m"), b("n"), 0, false, StreamingMode.SMALL).iterator();
    world.await(rows.onHasNext());
    tr.addWriteConflictKey(b("w"));
    world.await(tr.commit());
    assertThat(text(cluster.commitRequests.get(1).readConflicts())).isEqualTo("[m,mc\\x00)");
  }

  @Example
  void aCommitWaitsForReadsThatAreUnderWay() {
    tr.get(b("b"));
    tr.getRange(b("c"), b("d")).asList();
    assertThat(readConflicts()).isEqualTo("[b,b\\x00)[c,d)");
  }

  @Example
  void writesConflictAtTheirKeysAndRanges() {
    tr.set(b("a"), b("1"));
    tr.clear(b("b"));
    tr.clear(b("c"), b("e"));
    tr.mutate(MutationType.ADD, b("f"), b("1"));
    tr.mutate(
        MutationType.SET_VERSIONSTAMPED_KEY,
        new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0},
        b("v"));
    tr.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, b("g"), new byte[14]);
    tr.addWriteConflictRange(b("x"), b("y"));
    assertThat(text(commit().writeConflicts()))
        .isEqualTo("[a,a\\x00)[b,b\\x00)[c,e)[f,f\\x00)[g,g\\x00)[w,w\\x00)[x,y)");
  }

  @Example
  void theNextWriteCanGoWithoutConflict() {
    tr.options().setNextWriteNoWriteConflictRange();
    tr.set(b("a"), b("1"));
    tr.set(b("b"), b("1"));
    assertThat(text(commit().writeConflicts())).isEqualTo("[b,b\\x00)[w,w\\x00)");
  }

  @Example
  void everyWritingTransactionHasAFenceOfItsOwnInBothConflicts() {
    tr.set(b("a"), b("1"));
    world.await(tr.commit());
    Transaction next = database.createTransaction();
    next.set(b("a"), b("2"));
    world.await(next.commit());
    List<CommitTransaction> sent = cluster.commitRequests;
    assertThat(sent).hasSize(2);
    for (CommitTransaction request : sent) {
      List<KeyRange> reads = KeyRanges.decode(request.readConflicts());
      assertThat(reads).hasSize(1).allMatch(ConflictTest::isFence);
      assertThat(KeyRanges.decode(request.writeConflicts())).contains(reads.get(0)).hasSize(2);
      assertThat(request.readVersion()).isPositive();
    }
    assertThat(sent.get(0).readConflicts()).isNotEqualTo(sent.get(1).readConflicts());
  }

  private static CompletableFuture<String> drawnRead(Transaction tr, SeededRandom random) {
    KeySelector begin = drawSelector(random);
    KeySelector end = drawSelector(random);
    int limit = random.nextInt(4);
    boolean reverse = random.nextBoolean();
    if (random.nextInt(4) == 0) {
      return tr.getKey(begin).thenApply(key -> Bytes.copyOf(key).toString());
    }
    return tr.getRange(begin, end, limit, reverse).asList().thenApply(List::toString);
  }

  private static KeySelector drawSelector(SeededRandom random) {
    int offset = random.nextInt(7) - 3;
    return new KeySelector(SmallKeys.draw(random).toArray(), random.nextBoolean(), offset);
  }

  private static void drawWrites(Transaction tr, SeededRandom random) {
    for (int i = random.nextInt(3); i > 0; i--) {
      byte[] one = SmallKeys.draw(random).toArray();
      byte[] other = SmallKeys.draw(random).toArray();
      if (random.nextBoolean()) {
        tr.set(one, b("own"));
      } else if (Bytes.wrap(one).compareTo(Bytes.wrap(other)) <= 0) {
        tr.clear(one, other);
      }
    }
  }

  /** A transaction must not commit when what it read would have come out differently. */
  @Property(tries = 1500, seed = "31")
  void noChangeOfAResultIsMissed(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    FakeWorld w = new FakeWorld(seed);
    Database db = FakeWorld.connect(w, DatabaseOptions.defaults());
    for (Bytes key : SmallKeys.ALL) {
      if (random.nextBoolean()) {
        w.cluster.put(key.utf8(), "v");
      }
    }
    long drawn = random.nextLong();
    Transaction reader = db.createTransaction();
    String before = again(w, reader, drawn);
    String changed = SmallKeys.draw(random).utf8();
    if (random.nextBoolean()) {
      w.cluster.put(changed, "other");
    } else {
      w.cluster.remove(changed);
    }
    String after = again(w, db.createTransaction(), drawn);
    reader.set(b("z"), b("z"));
    CompletableFuture<Void> commit = reader.commit();
    if (!before.equals(after)) {
      assertThat(w.awaitError(commit)).isEqualTo(ErrorCode.NOT_COMMITTED);
    } else {
      w.runFor(10_000 * FakeWorld.MILLI);
      assertThat(commit).isDone();
    }
  }

  private static String again(FakeWorld w, Transaction tr, long drawn) {
    SeededRandom random = new SeededRandom(drawn);
    drawWrites(tr, random);
    return w.await(drawnRead(tr, random));
  }
}
