package io.ashlar.simulation.workload;

import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.SeededRandom;
import io.ashlar.directory.Directory;
import io.ashlar.directory.DirectoryException;
import io.ashlar.directory.DirectoryLayer;
import io.ashlar.directory.DirectorySubspace;
import io.ashlar.simulation.check.DirectoryCall;
import io.ashlar.simulation.check.DirectoryCall.Kind;
import io.ashlar.simulation.check.DirectoryChecker;
import io.ashlar.simulation.check.DirectoryRows;
import io.ashlar.simulation.check.Violations;
import io.ashlar.simulation.workload.StampedLog.Deed;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Directories of the layers. A few names are made, opened, moved and removed by all clients, also
 * as partitions and for layers that are not theirs, and keys are written and read in them. What was
 * answered is noted in the same transaction; so a {@link DirectoryChecker} answers it once more, in
 * the order of commits.
 */
public final class DirectoryWorkload implements Workload {
  private static final int CALLS_MAX = 3;
  private static final int DEPTH_MAX = 3;
  private static final int ROWS = 2;
  private static final int PARTITION_PER_MILLION = 150_000;
  private static final List<String> LAYERS = List.of("", "", "fruit", "stone");

  /** Each as often as it is here. */
  private static final List<Kind> KINDS =
      List.of(
          Kind.CREATE,
          Kind.CREATE,
          Kind.CREATE_OR_OPEN,
          Kind.CREATE_OR_OPEN,
          Kind.OPEN,
          Kind.MOVE,
          Kind.MOVE,
          Kind.REMOVE,
          Kind.REMOVE_IF_EXISTS,
          Kind.EXISTS,
          Kind.LIST,
          Kind.WRITE,
          Kind.WRITE,
          Kind.WRITE,
          Kind.READ,
          Kind.READ);

  private final int names;
  private final Subspace tree;
  private final DirectoryLayer root;
  private final DirectoryRows rows;
  private final StampedLog log;
  private final WorkloadCounts counts = new WorkloadCounts();
  private long lastValue;

  /**
   * @param names how many in each directory
   */
  DirectoryWorkload(KeySpace keys, int names) {
    Subspace place = new Subspace(keys.begin().toArray());
    this.names = names;
    this.tree = place.get("tree");
    this.rows = new DirectoryRows(tree.get("nodes"));
    this.root = new DirectoryLayer(rows.nodes(), tree.get("content"), false);
    this.log = new StampedLog(place.get("log"));
  }

  @Override
  public String name() {
    return "directories";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    List<DirectoryCall> calls = new ArrayList<>();
    for (int i = client.random().nextInt(1, CALLS_MAX + 1); i > 0; i--) {
      calls.add(drawCall(client.random()));
    }
    return Attempt.run(
            client,
            transaction ->
                doAll(transaction, calls)
                    .thenAccept(
                        done ->
                            log.note(
                                transaction,
                                Tuple.fromStream(done.stream().map(DirectoryCall::toTuple)))))
        .thenCompose(
            attempt -> {
              counts.add(attempt);
              return attempt.pause(client);
            });
  }

  private DirectoryCall drawCall(SeededRandom random) {
    Kind kind = KINDS.get(random.nextInt(KINDS.size()));
    List<String> path = drawPath(random, kind == Kind.LIST || kind == Kind.EXISTS ? 0 : 1);
    String with =
        switch (kind) {
          case CREATE, CREATE_OR_OPEN, OPEN ->
              random.chance(PARTITION_PER_MILLION)
                  ? DirectoryLayer.PARTITION
                  : LAYERS.get(random.nextInt(LAYERS.size()));
          case MOVE -> String.join("/", drawPath(random, 1));
          case WRITE -> "row" + random.nextInt(ROWS) + "/" + ++lastValue;
          case READ -> "row" + random.nextInt(ROWS);
          default -> "";
        };
    return new DirectoryCall(kind, path, drawOpened(random, kind, path), with);
  }

  /** A directory is opened to be called itself, or to be asked for one that is in it. */
  private static int drawOpened(SeededRandom random, Kind kind, List<String> path) {
    if (random.nextBoolean()) {
      return 0;
    }
    return switch (kind) {
      case MOVE -> path.size();
      case REMOVE, REMOVE_IF_EXISTS, EXISTS, LIST -> random.nextInt(path.size() + 1);
      default -> random.nextInt(path.size());
    };
  }

  private List<String> drawPath(SeededRandom random, int depthMin) {
    List<String> path = new ArrayList<>();
    for (int depth = random.nextInt(depthMin, DEPTH_MAX + 1); depth > 0; depth--) {
      path.add(String.valueOf((char) ('a' + random.nextInt(names))));
    }
    return path;
  }

  // One transaction.

  /** The calls with their answers; one after the other, as the layer demands. */
  private CompletableFuture<List<DirectoryCall>> doAll(
      Transaction transaction, List<DirectoryCall> calls) {
    CompletableFuture<List<DirectoryCall>> all =
        CompletableFuture.completedFuture(new ArrayList<>());
    for (DirectoryCall call : calls) {
      all =
          all.thenCompose(
              done ->
                  doOne(transaction, call)
                      .thenApply(
                          answered -> {
                            done.add(answered);
                            return done;
                          }));
    }
    return all;
  }

  private CompletableFuture<DirectoryCall> doOne(Transaction transaction, DirectoryCall call) {
    return act(transaction, call)
        .handle(
            (answered, thrown) -> {
              if (thrown == null) {
                return CompletableFuture.completedFuture(answered);
              }
              if (cause(thrown) instanceof DirectoryException refusal) {
                counts.count("refused: " + refusal.reason(), 1);
                return CompletableFuture.completedFuture(
                    call.answered(refusal.reason().name(), List.of()));
              }
              return CompletableFuture.<DirectoryCall>failedFuture(thrown);
            })
        .thenCompose(next -> next);
  }

  private static Throwable cause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private CompletableFuture<DirectoryCall> act(Transaction transaction, DirectoryCall call) {
    return call.opened() == 0
        ? act(transaction, call, root)
        : root.open(transaction, call.base())
            .thenCompose(directory -> act(transaction, call, directory));
  }

  private CompletableFuture<DirectoryCall> act(
      Transaction transaction, DirectoryCall call, Directory called) {
    List<String> below = call.below();
    byte[] layer = Bytes.utf8(call.with()).toArray();
    return switch (call.kind()) {
      case CREATE -> opened(transaction, call, called.create(transaction, below, layer));
      case CREATE_OR_OPEN ->
          opened(transaction, call, called.createOrOpen(transaction, below, layer));
      case OPEN -> opened(transaction, call, called.open(transaction, below, layer));
      case MOVE ->
          opened(
              transaction,
              call,
              below.isEmpty()
                  ? called.moveTo(transaction, call.newPath())
                  : called.move(transaction, below, call.newPath()));
      case REMOVE -> called.remove(transaction, below).thenApply(done -> answered(call, "done"));
      case REMOVE_IF_EXISTS ->
          called
              .removeIfExists(transaction, below)
              .thenApply(was -> answered(call, String.valueOf(was)));
      case EXISTS ->
          called.exists(transaction, below).thenApply(is -> answered(call, String.valueOf(is)));
      case LIST ->
          called.list(transaction, below).thenApply(all -> answered(call, String.join(",", all)));
      case WRITE, READ ->
          called.open(transaction, below).thenCompose(found -> use(transaction, call, found));
    };
  }

  private static DirectoryCall answered(DirectoryCall call, String answer) {
    return call.answered(answer, List.of());
  }

  private CompletableFuture<DirectoryCall> opened(
      Transaction transaction, DirectoryCall call, CompletableFuture<DirectorySubspace> opening) {
    return opening.thenCompose(
        found ->
            withPrefixes(
                transaction,
                call,
                found,
                "of the layer "
                    + Bytes.wrap(found.getLayer()).utf8()
                    + (found.getPath().equals(call.pathAfter()) ? "" : ", at " + found)));
  }

  /** Writes or reads a row of the directory that was found. */
  private CompletableFuture<DirectoryCall> use(
      Transaction transaction, DirectoryCall call, DirectorySubspace found) {
    if (found.isPartition()) {
      return withPrefixes(transaction, call, found, "no keys");
    }
    byte[] key = found.subspace().pack(call.row());
    if (call.kind() == Kind.WRITE) {
      transaction.set(key, Bytes.utf8(call.value()).toArray());
      return withPrefixes(transaction, call, found, "done");
    }
    return transaction
        .get(key)
        .thenCompose(
            value ->
                withPrefixes(
                    transaction,
                    call,
                    found,
                    value == null ? "nothing" : Bytes.wrap(value).utf8()));
  }

  private CompletableFuture<DirectoryCall> withPrefixes(
      Transaction transaction, DirectoryCall call, DirectorySubspace found, String answer) {
    List<Bytes> prefixes = new ArrayList<>();
    return readPrefixes(transaction, rows, rows.root(), call.pathAfter(), prefixes)
        .thenApply(
            done -> {
              boolean isSame =
                  found.isPartition()
                      || Bytes.wrap(found.subspace().getKey())
                          .equals(prefixes.get(prefixes.size() - 1));
              return call.answered(isSame ? answer : answer + ", elsewhere: " + found, prefixes);
            });
  }

  /** Those of all directories on the path, from the rows and not from the layer. */
  private static CompletableFuture<Void> readPrefixes(
      Transaction transaction,
      DirectoryRows rows,
      Bytes parent,
      List<String> path,
      List<Bytes> prefixes) {
    if (path.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return transaction
        .get(rows.childKey(parent, path.get(0)))
        .thenCompose(
            value -> {
              Bytes prefix = value == null ? Bytes.EMPTY : Bytes.wrap(value);
              prefixes.add(prefix);
              return transaction
                  .get(rows.layerKey(prefix))
                  .thenCompose(
                      layer -> {
                        List<String> rest = path.subList(1, path.size());
                        if (layer == null
                            || !Bytes.wrap(layer).utf8().equals(DirectoryRows.PARTITION)) {
                          return readPrefixes(transaction, rows, prefix, rest, prefixes);
                        }
                        DirectoryRows inside = DirectoryRows.ofPartition(prefix);
                        return readPrefixes(transaction, inside, inside.root(), rest, prefixes);
                      });
            });
  }

  // The end.

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client.patiently(this::decide);
  }

  private CompletableFuture<Violations> decide(Transaction transaction) {
    return log.read(transaction)
        .thenCombine(
            transaction.getRange(tree.range()).asList(),
            (deeds, found) -> {
              DirectoryChecker checker = new DirectoryChecker(rows);
              for (Deed deed : deeds) {
                checker.add(
                    deed.at(),
                    deed.what().stream()
                        .map(call -> DirectoryCall.fromTuple(nested(call)))
                        .toList());
              }
              TreeMap<Bytes, Bytes> all = new TreeMap<>();
              found.forEach(row -> all.put(Bytes.wrap(row.getKey()), Bytes.wrap(row.getValue())));
              counts.count("deeds", deeds.size());
              counts.count("directories", checker.made());
              return checker.end(all);
            });
  }

  private static Tuple nested(Object call) {
    return call instanceof Tuple tuple ? tuple : Tuple.fromList((List<?>) call);
  }
}
