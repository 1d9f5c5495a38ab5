package io.ashlar.directory;

import static org.assertj.core.api.Assertions.assertThat;

import com.apple.foundationdb.directory.DirectoryAlreadyExistsException;
import com.apple.foundationdb.directory.DirectoryMoveException;
import com.apple.foundationdb.directory.MismatchedLayerException;
import com.apple.foundationdb.directory.NoSuchDirectoryException;
import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.SeededRandom;
import io.ashlar.directory.DirectoryException.Reason;
import io.ashlar.tuple.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The directory code that FoundationDB publishes and ours do the same to two databases of ours: the
 * same outcome of every call, and afterwards the same rows, byte for byte. What theirs draws at
 * random ours is told to draw.
 */
@Timeout(300)
class PublishedDirectoriesTest {
  private static final int OPERATIONS = 120;

  /** How often each outcome was seen: a test in which all calls fail shows nothing. */
  private static final TreeMap<String, Integer> OUTCOMES = new TreeMap<>();

  private static Database theirRows;
  private static Database ourRows;

  @BeforeAll
  static void open() {
    theirRows = Ashlar.inMemory();
    ourRows = Ashlar.inMemory();
  }

  @AfterAll
  static void close() {
    theirRows.close();
    ourRows.close();
  }

  /** One call, as theirs and as ours, from the same directories of earlier calls. */
  private interface Call {
    CompletableFuture<?> theirs(
        com.apple.foundationdb.directory.Directory from, PublishedTransaction transaction);

    CompletableFuture<?> ours(Directory from, Transaction transaction);
  }

  /** A pair of directories that were opened by the same call. */
  private record Opened(com.apple.foundationdb.directory.Directory theirs, Directory ours) {}

  private final DrawnNumbers draws = new DrawnNumbers();
  private final List<Opened> opened = new ArrayList<>();

  private static List<KeyValue> rows(Database database) {
    return database.read(
        reads -> reads.getRange(new byte[0], new byte[] {(byte) 0xff}).asList().join());
  }

  private void begin(boolean manualPrefixes) {
    for (Database database : List.of(theirRows, ourRows)) {
      database.run(
          transaction -> {
            transaction.clear(new byte[0], new byte[] {(byte) 0xff});
            return null;
          });
    }
    opened.clear();
    opened.add(
        new Opened(
            new com.apple.foundationdb.directory.DirectoryLayer(manualPrefixes),
            new DirectoryLayer(manualPrefixes)));
  }

  /** What became of a call, in words that are the same for both. */
  private record Outcome(String words, Object result) {}

  private static Outcome outcome(CompletableFuture<?> future) {
    try {
      Object result = future.join();
      return new Outcome(words(result), result);
    } catch (CompletionException e) {
      return new Outcome(words(e.getCause()), null);
    }
  }

  private static Outcome tryOut(Function<Void, CompletableFuture<?>> call) {
    try {
      return outcome(call.apply(null));
    } catch (RuntimeException e) {
      return new Outcome(words(e), null);
    }
  }

  private static String words(Object result) {
    if (result instanceof com.apple.foundationdb.directory.DirectorySubspace directory) {
      boolean isPartition = Bytes.copyOf(directory.getLayer()).equals(Bytes.utf8("partition"));
      return words(
          directory.getPath(), directory.getLayer(), isPartition ? null : directory.getKey());
    }
    if (result instanceof DirectorySubspace directory) {
      return words(
          directory.getPath(),
          directory.getLayer(),
          directory.isPartition() ? null : directory.subspace().getKey());
    }
    // Theirs throws errors of several types for that.
    if (result instanceof RuntimeException e
        && !(e instanceof DirectoryException)
        && String.valueOf(e.getMessage()).matches("(?i)the root .*")) {
      return Reason.ROOT.name();
    }
    if (result instanceof DirectoryAlreadyExistsException) {
      return Reason.ALREADY_EXISTS.name();
    }
    if (result instanceof NoSuchDirectoryException) {
      return Reason.NO_SUCH_DIRECTORY.name();
    }
    if (result instanceof MismatchedLayerException) {
      return Reason.LAYER_MISMATCH.name();
    }
    if (result instanceof DirectoryMoveException) {
      return Reason.ILLEGAL_MOVE.name();
    }
    if (result instanceof IllegalArgumentException e
        && e.getMessage().startsWith("Prefix already in use")) {
      return Reason.PREFIX_IN_USE.name();
    }
    if (result instanceof IllegalStateException) {
      return Reason.PREFIX_IN_USE.name();
    }
    if (result instanceof DirectoryException e) {
      return e.reason().name();
    }
    return result instanceof Throwable thrown
        ? thrown.getClass().getSimpleName()
        : String.valueOf(result);
  }

  private static String words(List<String> path, byte[] layer, byte[] key) {
    return path
        + " for "
        + Bytes.copyOf(layer)
        + " at "
        + (key == null ? "no keys of its own" : Bytes.copyOf(key).toString());
  }

  /** Where in its window a number lies that the allocator has given. */
  private static int placeInWindow(long number) {
    long start = 0;
    while (start + PrefixAllocator.windowSize(start) <= number) {
      start += PrefixAllocator.windowSize(start);
    }
    return (int) (number - start);
  }

  private void apply(String what, int from, Call call) {
    Opened directory = opened.get(from);
    try (Transaction theirs = theirRows.createTransaction();
        Transaction ours = ourRows.createTransaction()) {
      PublishedTransaction published = new PublishedTransaction(theirs);
      Outcome expected = tryOut(nothing -> call.theirs(directory.theirs(), published));
      for (byte[] row : published.conflictKeys) {
        byte[] tail = lastNumber(row);
        draws.add(placeInWindow(Tuple.fromBytes(tail).getLong(0)));
      }
      Outcome found = tryOut(nothing -> call.ours(directory.ours(), draws.in(ours)));
      assertThat(found.words()).as(what).isEqualTo(expected.words());
      assertThat(draws.areUsedUp()).as(what).isTrue();
      OUTCOMES.merge(
          found.result() instanceof Directory ? "opened" : found.words(), 1, Integer::sum);
      // A call that failed may have written, as those of FoundationDB do; it is for the caller
      // whether to commit that.
      if (expected.result() != null || !isError(found)) {
        theirs.commit().join();
        ours.commit().join();
      }
      if (found.result() instanceof Directory made) {
        opened.add(
            new Opened((com.apple.foundationdb.directory.Directory) expected.result(), made));
      }
    }
  }

  private static boolean isError(Outcome outcome) {
    return outcome.words().contains("_") || outcome.words().endsWith("Exception");
  }

  /** The packed number at the end of an allocator's row: behind "hca", 0x00, 0x15, 0x01. */
  private static byte[] lastNumber(byte[] row) {
    Bytes key = Bytes.copyOf(row);
    Bytes before = Bytes.utf8("hca").concat(Bytes.of(0x00, 0x15, 0x01));
    for (int i = key.length() - before.length(); i >= 0; i--) {
      if (key.slice(i, i + before.length()).equals(before)) {
        return key.slice(i + before.length(), key.length()).toArray();
      }
    }
    throw new IllegalStateException("not a row of an allocator: " + key);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> path(SeededRandom random) {
    List<String> names = List.of("a", "b", "\u00e9\0", "");
    List<String> path = new ArrayList<>();
    int length = random.nextInt(5);
    for (int i = 0; i < length; i++) {
      path.add(names.get(random.nextInt(10) < 9 ? random.nextInt(2) : 2 + random.nextInt(2)));
    }
    return path;
  }

  private static byte[] layer(SeededRandom random) {
    return utf8(List.of("", "", "", "x", "y", "partition").get(random.nextInt(6)));
  }

  private void randomCall(SeededRandom random, boolean manualPrefixes) {
    int from = random.nextInt(10) < 5 ? 0 : random.nextInt(opened.size());
    List<String> path = path(random);
    List<String> other = path(random);
    byte[] layer = layer(random);
    byte[] prefix = new byte[1 + random.nextInt(2)];
    for (int i = 0; i < prefix.length; i++) {
      prefix[i] = (byte) (random.nextInt(8) == 0 ? 0xfe : 'P' + random.nextInt(3));
    }
    switch (random.nextInt(manualPrefixes ? 12 : 11)) {
      case 0, 1, 2 -> apply("createOrOpen " + path, from, new CreateOrOpen(path, layer));
      case 3 -> apply("create " + path, from, new Create(path, layer, null));
      case 4 -> apply("open " + path, from, new Open(path, layer));
      case 5 -> apply("move " + path + " to " + other, from, new Move(path, other));
      case 6 -> apply("moveTo " + path, from, new MoveTo(path));
      case 7 -> apply("remove " + path, from, new Remove(path, random.nextBoolean()));
      case 8 -> apply("list " + path, from, new ListNames(path));
      case 9 -> apply("exists " + path, from, new Exists(path));
      case 10 -> {
        if (opened.get(from).ours() instanceof DirectorySubspace place && !place.isPartition()) {
          apply("write", from, new Write(Tuple.from(random.nextInt(5))));
        }
      }
      default ->
          apply(
              "create " + path + " with " + Bytes.copyOf(prefix),
              from,
              new Create(path, layer, prefix));
    }
  }

  private record CreateOrOpen(List<String> path, byte[] layer) implements Call {
    @Override
    public CompletableFuture<?> theirs(
        com.apple.foundationdb.directory.Directory from, PublishedTransaction transaction) {
      return from.createOrOpen(transaction, path, layer);
    }

    @Override
    public CompletableFuture<?> ours(Directory from, Transaction transaction) {
      return from.createOrOpen(transaction, path, layer);
    }
  }

  private record Create(List<String> path, byte[] layer, byte[] prefix) implements Call {
    @Override
    public CompletableFuture<?> theirs(
        com.apple.foundationdb.directory.Directory from, PublishedTransaction transaction) {
      return from.create(transaction, path, layer, prefix);
    }

    @Override
    public CompletableFuture<?> ours(Directory from, Transaction transaction) {
      return prefix == null
          ? from.create(transaction, path, layer)
          : from.createWithPrefix(transaction, path, layer, prefix);
    }
  }

  private record Open(List<String> path, byte[] layer) implements Call {
    @Override
    public CompletableFuture<?> theirs(
        com.apple.foundationdb.directory.Directory from, PublishedTransaction transaction) {
      return from.open(transaction, path, layer);
    }

    @Override
    public CompletableFuture<?> ours(Directory from, Transaction transaction) {
      return from.open(transaction, path, layer);
    }
  }

  private record Move(List<String> from, List<String> to) implements Call {
    @Override
    public CompletableFuture<?> theirs(
        com.apple.foundationdb.directory.Directory root, PublishedTransaction transaction) {
      return root.move(transaction, from, to);
    }

    @Override
    public CompletableFuture<?> ours(Directory root, Transaction transaction) {
      return root.move(transaction, from, to);
    }
  }

  private record MoveTo(List<String> to) implements Call {
    @Override
    public CompletableFuture<?> theirs(
        com.apple.foundationdb.directory.Directory from, PublishedTransaction transaction) {
      return from.moveTo(transaction, to);
    }

    @Override
    public CompletableFuture<?> ours(Directory from, Transaction transaction) {
      return from.moveTo(transaction, to);
    }
  }

  private record Remove(List<String> path, boolean ifExists) implements Call {
    @Override
    public CompletableFuture<?> theirs(
        com.apple.foundationdb.directory.Directory from, PublishedTransaction transaction) {
      return ifExists ? from.removeIfExists(transaction, path) : from.remove(transaction, path);
    }

    @Override
    public CompletableFuture<?> ours(Directory from, Transaction transaction) {
      return ifExists ? from.removeIfExists(transaction, path) : from.remove(transaction, path);
    }
  }

  private record ListNames(List<String> path) implements Call {
    @Override
    public CompletableFuture<?> theirs(
        com.apple.foundationdb.directory.Directory from, PublishedTransaction transaction) {
      return from.list(transaction, path);
    }

    @Override
    public CompletableFuture<?> ours(Directory from, Transaction transaction) {
      return from.list(transaction, path);
    }
  }

  private record Exists(List<String> path) implements Call {
    @Override
    public CompletableFuture<?> theirs(
        com.apple.foundationdb.directory.Directory from, PublishedTransaction transaction) {
      return from.exists(transaction, path);
    }

    @Override
    public CompletableFuture<?> ours(Directory from, Transaction transaction) {
      return from.exists(transaction, path);
    }
  }

  /** What is in a directory goes when the directory does. */
  private record Write(Tuple key) implements Call {
    @Override
    public CompletableFuture<?> theirs(
        com.apple.foundationdb.directory.Directory from, PublishedTransaction transaction) {
      byte[] prefix = ((com.apple.foundationdb.directory.DirectorySubspace) from).getKey();
      transaction.set(key.pack(prefix), new byte[0]);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<?> ours(Directory from, Transaction transaction) {
      transaction.set(((DirectorySubspace) from).subspace().pack(key), new byte[0]);
      return CompletableFuture.completedFuture(null);
    }
  }

  @Test
  void randomCallsDoWhatThePublishedCodeDoesAndLeaveTheSameRows() {
    SeededRandom seeds = new SeededRandom(20_240_612);
    OUTCOMES.clear();
    for (int round = 0; round < 16; round++) {
      SeededRandom random = seeds.fork("round " + round);
      boolean manualPrefixes = random.nextBoolean();
      begin(manualPrefixes);
      for (int i = 0; i < OPERATIONS; i++) {
        randomCall(random, manualPrefixes);
      }
      assertThat(rows(ourRows)).as("round %s", round).isEqualTo(rows(theirRows));
    }
    for (Reason reason :
        List.of(
            Reason.ALREADY_EXISTS,
            Reason.NO_SUCH_DIRECTORY,
            Reason.LAYER_MISMATCH,
            Reason.ILLEGAL_MOVE,
            Reason.ROOT,
            Reason.PREFIX_IN_USE)) {
      assertThat(OUTCOMES.get(reason.name())).as("%s", reason).isGreaterThan(3);
    }
    assertThat(OUTCOMES.get("opened")).isGreaterThan(300);
  }

  @Test
  void whatIsInAPartitionIsNotMovedToThePlaceOfThePartition() {
    begin(false);
    apply("create", 0, new Create(List.of("p"), utf8("partition"), null));
    apply("create", 0, new Create(List.of("p", "a"), new byte[0], null));
    apply("moveTo", 2, new MoveTo(List.of("p")));
  }

  @Test
  void allocatorMovesFromWindowToWindowAsThePublishedOneDoes() {
    begin(false);
    for (int i = 0; i < 400; i++) {
      apply("create " + i, 0, new Create(List.of("d" + i), utf8(""), null));
      opened.subList(1, opened.size()).clear();
    }
    assertThat(rows(ourRows)).isEqualTo(rows(theirRows));
    Bytes counters = Bytes.of(0xfe, 0x01, 0xfe, 0x00, 0x01).concat(Bytes.utf8("hca"));
    List<KeyValue> kept =
        rows(ourRows).stream()
            .filter(row -> Bytes.wrap(row.getKey()).startsWith(counters))
            .toList();
    assertThat(kept).isNotEmpty();
    // 400 numbers are more than the five small windows give.
    Tuple counter =
        Tuple.fromBytes(
            kept.get(0).getKey(),
            counters.length() + 1,
            kept.get(0).getKey().length - counters.length() - 1);
    assertThat(counter.getLong(0)).isEqualTo(0);
    assertThat(counter.getLong(1)).isGreaterThan(255);
  }
}
