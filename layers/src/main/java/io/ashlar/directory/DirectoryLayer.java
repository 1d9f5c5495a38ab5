package io.ashlar.directory;

import static io.ashlar.directory.DirectoryException.Reason.ILLEGAL_MOVE;
import static io.ashlar.directory.DirectoryException.Reason.LAYER_MISMATCH;
import static io.ashlar.directory.DirectoryException.Reason.PREFIX_IN_USE;
import static io.ashlar.directory.DirectoryException.Reason.ROOT;

import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.client.Transaction;
import io.ashlar.client.TransactionContext;
import io.ashlar.core.Bytes;
import io.ashlar.directory.NodeTree.Found;
import io.ashlar.tuple.Subspace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The root of a tree of directories. Make as many of these as you like: all with the same subspaces
 * are the same tree.
 *
 * <pre>{@code
 * DirectoryLayer root = new DirectoryLayer();
 * DirectorySubspace users = root.createOrOpen(database, List.of("shop", "users")).join();
 * database.run(tx -> {
 *   tx.set(users.subspace().pack("ann"), value);
 *   return null;
 * });
 * }</pre>
 *
 * <p>A directory's keys begin with a short prefix that was allocated when it was made and never
 * changes, so moving one costs a few rows however much is in it. Opening one reads a row or two for
 * each name; keep the {@link DirectorySubspace}, unless others may move or remove it meanwhile.
 *
 * <p>In one transaction wait for each call before the next one and before the commit: two that make
 * directories at once do not see each other.
 *
 * <p>A <em>partition</em> is a directory made for the layer {@link #PARTITION}. All that is made in
 * it has its keys, and its nodes, below the partition's prefix; so it can be copied or removed as
 * one range of keys. Directories are not moved in or out.
 */
public final class DirectoryLayer implements Directory {
  /** The layer that makes a directory a partition, as text. */
  public static final String PARTITION = "partition";

  private static final byte NODES = (byte) 0xfe;

  private final NodeTree tree;
  private final PrefixAllocator allocator;
  private final byte[] contentPrefix;
  private final List<String> path;
  private final boolean manualPrefixes;

  /** Nodes below {@code \xfe}, and the directories' keys below short prefixes from 0x15 on. */
  public DirectoryLayer() {
    this(false);
  }

  /**
   * As {@link #DirectoryLayer()}.
   *
   * @param manualPrefixes whether {@link #createWithPrefix} may be used; an allocated prefix that
   *     meets one of those makes the creation fail with {@code PREFIX_IN_USE}
   */
  public DirectoryLayer(boolean manualPrefixes) {
    this(new Subspace(new byte[] {NODES}), new Subspace(), manualPrefixes);
  }

  /**
   * A tree of its own.
   *
   * @param nodes where it keeps what it knows of directories
   * @param content below which prefixes are allocated
   * @param manualPrefixes as {@link #DirectoryLayer(boolean)}
   */
  public DirectoryLayer(Subspace nodes, Subspace content, boolean manualPrefixes) {
    this(nodes, content, manualPrefixes, List.of());
  }

  private DirectoryLayer(
      Subspace nodes, Subspace content, boolean manualPrefixes, List<String> path) {
    this.tree = new NodeTree(nodes);
    this.allocator = new PrefixAllocator(tree.allocatorRows());
    this.contentPrefix = content.getKey();
    this.manualPrefixes = manualPrefixes;
    this.path = path;
  }

  /** What is in the partition with this prefix. */
  static DirectoryLayer inPartition(byte[] prefix, List<String> path) {
    byte[] nodes = Arrays.copyOf(prefix, prefix.length + 1);
    nodes[prefix.length] = NODES;
    return new DirectoryLayer(new Subspace(nodes), new Subspace(prefix), false, path);
  }

  /** {@link #PARTITION} as the bytes that {@link #createOrOpen} takes. */
  public static byte[] partition() {
    return PARTITION.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public List<String> getPath() {
    return path;
  }

  @Override
  public byte[] getLayer() {
    return new byte[0];
  }

  @Override
  public CompletableFuture<DirectorySubspace> createOrOpen(
      TransactionContext context, List<String> path, byte[] layer) {
    Request request = new Request(List.copyOf(path), layer.clone(), null, true);
    return write(context, transaction -> createOrOpen(transaction, transaction, request));
  }

  @Override
  public CompletableFuture<DirectorySubspace> open(
      ReadTransactionContext context, List<String> path, byte[] layer) {
    Request request = new Request(List.copyOf(path), layer.clone(), null, true);
    return read(context, transaction -> createOrOpen(transaction, null, request));
  }

  @Override
  public CompletableFuture<DirectorySubspace> create(
      TransactionContext context, List<String> path, byte[] layer) {
    Request request = new Request(List.copyOf(path), layer.clone(), null, false);
    return write(context, transaction -> createOrOpen(transaction, transaction, request));
  }

  @Override
  public CompletableFuture<DirectorySubspace> createWithPrefix(
      TransactionContext context, List<String> path, byte[] layer, byte[] prefix) {
    Request request = new Request(List.copyOf(path), layer.clone(), prefix.clone(), false);
    return write(context, transaction -> createOrOpen(transaction, transaction, request));
  }

  /** Fails: the root stays where it is. */
  @Override
  public CompletableFuture<DirectorySubspace> moveTo(
      TransactionContext context, List<String> newPath) {
    Objects.requireNonNull(newPath, "the path is null");
    return write(
        context, transaction -> failed(new DirectoryException(ROOT, "the root cannot be moved")));
  }

  @Override
  public CompletableFuture<DirectorySubspace> move(
      TransactionContext context, List<String> oldPath, List<String> newPath) {
    List<String> from = List.copyOf(oldPath);
    List<String> to = List.copyOf(newPath);
    return write(context, transaction -> move(transaction, from, to));
  }

  @Override
  public CompletableFuture<Void> remove(TransactionContext context, List<String> path) {
    List<String> copy = List.copyOf(path);
    return write(
        context,
        transaction ->
            remove(transaction, copy)
                .thenAccept(
                    removed -> {
                      if (!removed) {
                        throw DirectoryException.noSuchDirectory(absolute(copy));
                      }
                    }));
  }

  @Override
  public CompletableFuture<Boolean> removeIfExists(TransactionContext context, List<String> path) {
    List<String> copy = List.copyOf(path);
    return write(context, transaction -> remove(transaction, copy));
  }

  @Override
  public CompletableFuture<List<String>> list(ReadTransactionContext context, List<String> path) {
    List<String> copy = List.copyOf(path);
    return read(context, transaction -> list(transaction, copy));
  }

  @Override
  public CompletableFuture<Boolean> exists(ReadTransactionContext context, List<String> path) {
    List<String> copy = List.copyOf(path);
    return read(context, transaction -> exists(transaction, copy));
  }

  private static <T> CompletableFuture<T> failed(RuntimeException error) {
    return CompletableFuture.failedFuture(error);
  }

  /** What comes back is a future of the database, whatever futures it was made of. */
  private <T> CompletableFuture<T> write(
      TransactionContext context, Function<Transaction, CompletableFuture<T>> body) {
    return context.runAsync(
        transaction -> transaction.environment().adopt(body.apply(transaction)));
  }

  private <T> CompletableFuture<T> read(
      ReadTransactionContext context, Function<ReadTransaction, CompletableFuture<T>> body) {
    return context.readAsync(
        transaction -> transaction.environment().adopt(body.apply(transaction)));
  }

  private List<String> absolute(List<String> below) {
    List<String> whole = new ArrayList<>(path);
    whole.addAll(below);
    return List.copyOf(whole);
  }

  private static List<String> parentOf(List<String> path) {
    return path.subList(0, path.size() - 1);
  }

  private static String nameOf(List<String> path) {
    return path.get(path.size() - 1);
  }

  /** The layer in the partition that a path leads to. */
  private DirectoryLayer partitionAt(Found found, List<String> through) {
    return inPartition(tree.prefixOf(found.node()), absolute(through.subList(0, found.depth())));
  }

  private static boolean leadsInside(Found found, List<String> path) {
    return found.isPartition() && found.depth() < path.size();
  }

  private DirectorySubspace opened(Subspace node, List<String> at, byte[] layer) {
    return new DirectorySubspace(this, absolute(at), layer, tree.prefixOf(node));
  }

  /**
   * What is to be opened or made.
   *
   * @param prefix of the caller's choice, or null
   * @param mayOpen whether it may be there
   */
  private record Request(List<String> path, byte[] layer, byte[] prefix, boolean mayOpen) {
    Request below(int depth) {
      return new Request(path.subList(depth, path.size()), layer, prefix, mayOpen);
    }
  }

  /**
   * @param transaction null when nothing may be made
   */
  private CompletableFuture<DirectorySubspace> createOrOpen(
      ReadTransaction reads, Transaction transaction, Request request) {
    if (request.prefix() != null && !manualPrefixes) {
      return failed(
          new IllegalArgumentException(
              path.isEmpty()
                  ? "this layer takes no prefixes of the caller's choice"
                  : "partitions take no prefixes of the caller's choice"));
    }
    if (request.path().isEmpty()) {
      return failed(new DirectoryException(ROOT, "the root cannot be opened"));
    }
    return tree.checkReadable(reads)
        .thenCompose(known -> tree.find(reads, request.path()))
        .thenCompose(
            found -> {
              if (leadsInside(found, request.path())) {
                return partitionAt(found, request.path())
                    .createOrOpen(reads, transaction, request.below(found.depth()));
              }
              if (found.exists()) {
                return open(found, request);
              }
              return transaction == null
                  ? failed(DirectoryException.noSuchDirectory(absolute(request.path())))
                  : make(transaction, request);
            });
  }

  private CompletableFuture<DirectorySubspace> open(Found found, Request request) {
    if (!request.mayOpen()) {
      return failed(DirectoryException.alreadyExists(absolute(request.path())));
    }
    byte[] layer = request.layer();
    if (layer.length > 0 && !Arrays.equals(layer, found.layer())) {
      return failed(
          new DirectoryException(
              LAYER_MISMATCH,
              "the directory "
                  + DirectoryException.printable(absolute(request.path()))
                  + " is of the layer "
                  + Bytes.copyOf(found.layer()).printable(60)
                  + ", not "
                  + Bytes.copyOf(layer).printable(60)));
    }
    return CompletableFuture.completedFuture(opened(found.node(), request.path(), found.layer()));
  }

  private CompletableFuture<DirectorySubspace> make(Transaction transaction, Request request) {
    return tree.makeWritable(transaction)
        .thenCompose(known -> freePrefix(transaction, request))
        .thenCompose(
            prefix ->
                parentNode(transaction, request)
                    .thenCompose(parent -> stillFree(transaction, request, parent))
                    .thenApply(
                        parent -> {
                          Subspace node = tree.node(prefix);
                          tree.setChild(transaction, parent, nameOf(request.path()), prefix);
                          tree.setLayer(transaction, node, request.layer());
                          return opened(node, request.path(), request.layer());
                        }));
  }

  private CompletableFuture<Subspace> parentNode(Transaction transaction, Request request) {
    if (request.path().size() == 1) {
      return CompletableFuture.completedFuture(tree.root());
    }
    Request parent = new Request(parentOf(request.path()), new byte[0], null, true);
    return createOrOpen(transaction, transaction, parent)
        .thenApply(directory -> tree.node(directory.prefix()));
  }

  /** A parent that is made on the way may have been given the prefix of the caller's choice. */
  private CompletableFuture<Subspace> stillFree(
      Transaction transaction, Request request, Subspace parent) {
    byte[] wanted = request.prefix();
    return wanted == null
        ? CompletableFuture.completedFuture(parent)
        : tree.isFree(transaction, wanted)
            .thenApply(
                free -> {
                  checkFree(free, wanted, "a parent that was missing has got the prefix");
                  return parent;
                });
  }

  private CompletableFuture<byte[]> freePrefix(Transaction transaction, Request request) {
    byte[] wanted = request.prefix();
    if (wanted != null) {
      // Whoever allocates meanwhile has read the content of what he was given.
      Range content = Range.startsWith(wanted);
      transaction.addWriteConflictRange(content.begin, content.end);
      return tree.isFree(transaction, wanted)
          .thenApply(free -> checkFree(free, wanted, "the prefix is in use"));
    }
    return allocator
        .allocate(transaction)
        .thenCompose(
            number -> {
              byte[] prefix = Bytes.copyOf(contentPrefix).concat(Bytes.wrap(number)).toArray();
              return transaction
                  .getRange(Range.startsWith(prefix), 1)
                  .asList()
                  .thenApply(
                      rows -> checkFree(rows.isEmpty(), prefix, "the allocated prefix has keys"))
                  .thenCompose(empty -> tree.isFree(transaction.snapshot(), prefix))
                  .thenApply(
                      free ->
                          checkFree(
                              free, prefix, "the allocated prefix meets one of a caller's choice"));
            });
  }

  private static byte[] checkFree(boolean free, byte[] prefix, String otherwise) {
    if (!free) {
      throw new DirectoryException(
          PREFIX_IN_USE, otherwise + ": " + Bytes.copyOf(prefix).printable(60));
    }
    return prefix;
  }

  private CompletableFuture<DirectorySubspace> move(
      Transaction transaction, List<String> from, List<String> to) {
    return tree.makeWritable(transaction)
        .thenCompose(
            known -> {
              if (to.size() >= from.size() && to.subList(0, from.size()).equals(from)) {
                throw new DirectoryException(
                    ILLEGAL_MOVE,
                    "the directory "
                        + DirectoryException.printable(absolute(from))
                        + " cannot be moved into itself");
              }
              return tree.find(transaction, from)
                  .thenCompose(
                      source ->
                          tree.find(transaction, to)
                              .thenCompose(target -> move(transaction, from, source, to, target)));
            });
  }

  private CompletableFuture<DirectorySubspace> move(
      Transaction transaction, List<String> from, Found source, List<String> to, Found target) {
    if (!source.exists()) {
      return failed(DirectoryException.noSuchDirectory(absolute(from)));
    }
    boolean fromInside = leadsInside(source, from);
    boolean toInside = leadsInside(target, to);
    if (fromInside || toInside) {
      if (!fromInside || !toInside || !source.node().equals(target.node())) {
        throw new DirectoryException(
            ILLEGAL_MOVE,
            "cannot move "
                + DirectoryException.printable(absolute(from))
                + " to another partition: "
                + DirectoryException.printable(absolute(to)));
      }
      int depth = source.depth();
      return partitionAt(source, from)
          .move(transaction, from.subList(depth, from.size()), to.subList(depth, to.size()));
    }
    if (target.exists()) {
      return failed(DirectoryException.alreadyExists(absolute(to)));
    }
    return tree.find(transaction, parentOf(to))
        .thenCompose(
            parent -> {
              if (!parent.exists()) {
                throw DirectoryException.noSuchDirectory(absolute(parentOf(to)));
              }
              tree.setChild(transaction, parent.node(), nameOf(to), tree.prefixOf(source.node()));
              return clearName(transaction, from)
                  .thenApply(cleared -> opened(source.node(), to, source.layer()));
            });
  }

  private CompletableFuture<Void> clearName(Transaction transaction, List<String> at) {
    return tree.find(transaction, parentOf(at))
        .thenAccept(parent -> tree.clearChild(transaction, parent.node(), nameOf(at)));
  }

  /** Gives whether it was there. */
  private CompletableFuture<Boolean> remove(Transaction transaction, List<String> at) {
    return tree.makeWritable(transaction)
        .thenCompose(
            known -> {
              if (at.isEmpty()) {
                throw new DirectoryException(ROOT, "the root cannot be removed");
              }
              return tree.find(transaction, at);
            })
        .thenCompose(
            found -> {
              if (!found.exists()) {
                return CompletableFuture.completedFuture(false);
              }
              if (leadsInside(found, at)) {
                return partitionAt(found, at)
                    .remove(transaction, at.subList(found.depth(), at.size()));
              }
              return tree.removeAll(transaction, found.node())
                  .thenCompose(removed -> clearName(transaction, at))
                  .thenApply(cleared -> true);
            });
  }

  private CompletableFuture<List<String>> list(ReadTransaction transaction, List<String> at) {
    return tree.checkReadable(transaction)
        .thenCompose(known -> tree.find(transaction, at))
        .thenCompose(
            found -> {
              if (!found.exists()) {
                throw DirectoryException.noSuchDirectory(absolute(at));
              }
              if (found.isPartition()) {
                return partitionAt(found, at)
                    .list(transaction, at.subList(found.depth(), at.size()));
              }
              return tree.childNames(transaction, found.node());
            });
  }

  private CompletableFuture<Boolean> exists(ReadTransaction transaction, List<String> at) {
    return tree.checkReadable(transaction)
        .thenCompose(known -> tree.find(transaction, at))
        .thenCompose(
            found ->
                leadsInside(found, at)
                    ? partitionAt(found, at)
                        .exists(transaction, at.subList(found.depth(), at.size()))
                    : CompletableFuture.completedFuture(found.exists()));
  }
}
