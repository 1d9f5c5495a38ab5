package io.ashlar.directory;

import io.ashlar.client.KeySelector;
import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.layer.Calls;
import io.ashlar.layer.RangePart;
import io.ashlar.layer.Repeat;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * The rows of one directory layer: what is where, without the rules of who may do what.
 *
 * <p>A node is known by the prefix of its directory's keys: its rows are those of {@code
 * nodes[prefix]}. There {@code [0][name]} is the prefix of the directory with that name in it, and
 * {@code ["layer"]} its layer. The root's node is that of the prefix of the nodes themselves; it
 * has the version, and the rows of the allocator.
 */
final class NodeTree {
  private static final long CHILDREN = 0;
  private static final byte[] LAYER = utf8("layer");
  private static final byte[] VERSION = utf8("version");
  private static final byte[] ALLOCATOR = utf8("hca");

  /** So many nodes are read at a time. */
  private static final int NODES_TOGETHER = 100;

  /** More than a transaction can remove. */
  private static final int CHILDREN_MAX = 1_000_000;

  private static final int MAJOR = 1;
  private static final int MINOR = 0;
  private static final int MICRO = 0;

  /**
   * How far a path leads.
   *
   * @param node where it ends, or null when there is nothing
   * @param depth how many of its names are used up: not all when it leads into a partition, whose
   *     directories are in another tree
   */
  record Found(Subspace node, int depth, byte[] layer) {
    boolean exists() {
      return node != null;
    }

    boolean isPartition() {
      return exists() && Arrays.equals(layer, DirectoryLayer.partition());
    }
  }

  private final Subspace nodes;
  private final Subspace root;

  NodeTree(Subspace nodes) {
    this.nodes = nodes;
    this.root = nodes.get(nodes.getKey());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  Subspace root() {
    return root;
  }

  Subspace allocatorRows() {
    return root.get(ALLOCATOR);
  }

  Subspace node(byte[] prefix) {
    return nodes.get(prefix);
  }

  byte[] prefixOf(Subspace node) {
    return nodes.unpack(node.getKey()).getBytes(0);
  }

  private static byte[] childKey(Subspace parent, String name) {
    return parent.pack(Tuple.from(CHILDREN, name));
  }

  /** Fails unless the rows are of a version that can be read. */
  CompletableFuture<Void> checkReadable(ReadTransaction transaction) {
    return transaction
        .get(root.pack(VERSION))
        .thenAccept(version -> checkVersion(version, Integer.MAX_VALUE));
  }

  /** Fails unless the rows are of a version that can be written; writes it if there is none. */
  CompletableFuture<Void> makeWritable(Transaction transaction) {
    byte[] key = root.pack(VERSION);
    return transaction
        .get(key)
        .thenAccept(
            version -> {
              if (version == null) {
                transaction.set(key, littleEndian(MAJOR, MINOR, MICRO));
              }
              checkVersion(version, MINOR);
            });
  }

  private static byte[] littleEndian(int... numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int number : numbers) {
      bytes.putInt(number);
    }
    return bytes.array();
  }

  private static void checkVersion(byte[] version, int minorMax) {
    if (version == null) {
      return;
    }
    if (version.length != 3 * Integer.BYTES) {
      throw new DirectoryException(
          DirectoryException.Reason.UNKNOWN_VERSION,
          "the directories' version is no version: " + Bytes.copyOf(version));
    }
    ByteBuffer numbers = ByteBuffer.wrap(version).order(ByteOrder.LITTLE_ENDIAN);
    int major = numbers.getInt();
    int minor = numbers.getInt();
    int micro = numbers.getInt();
    if (major > MAJOR || minor > minorMax) {
      throw new DirectoryException(
          DirectoryException.Reason.UNKNOWN_VERSION,
          String.format(
              Locale.ROOT,
              "the directories are of version %d.%d.%d, and this is %d.%d.%d",
              major,
              minor,
              micro,
              MAJOR,
              MINOR,
              MICRO));
    }
  }

  /** Follows a path until it ends, leads nowhere, or reaches a partition. */
  CompletableFuture<Found> find(ReadTransaction transaction, List<String> path) {
    Walk walk = new Walk(transaction, path);
    return Repeat.whileTrue(walk::oneName).thenApply(done -> walk.reached);
  }

  private final class Walk {
    private final ReadTransaction transaction;
    private final List<String> path;
    private Found reached = new Found(root, 0, new byte[0]);

    Walk(ReadTransaction transaction, List<String> path) {
      this.transaction = transaction;
      this.path = path;
    }

    CompletableFuture<Boolean> oneName() {
      if (reached.depth() == path.size()) {
        return CompletableFuture.completedFuture(false);
      }
      int depth = reached.depth() + 1;
      return transaction
          .get(childKey(reached.node(), path.get(depth - 1)))
          .thenCompose(
              prefix -> {
                if (prefix == null) {
                  reached = new Found(null, depth, null);
                  return CompletableFuture.completedFuture(false);
                }
                Subspace node = node(prefix);
                return transaction
                    .get(node.pack(LAYER))
                    .thenApply(
                        layer -> {
                          reached = new Found(node, depth, layer == null ? new byte[0] : layer);
                          return !reached.isPartition();
                        });
              });
    }
  }

  CompletableFuture<List<String>> childNames(ReadTransaction transaction, Subspace node) {
    Subspace children = node.get(CHILDREN);
    return transaction
        .getRange(children.range())
        .asList()
        .thenApply(
            rows -> {
              List<String> names = new ArrayList<>(rows.size());
              for (KeyValue row : rows) {
                names.add(children.unpack(row.getKey()).getString(0));
              }
              return names;
            });
  }

  void setChild(Transaction transaction, Subspace parent, String name, byte[] prefix) {
    transaction.set(childKey(parent, name), prefix);
  }

  void clearChild(Transaction transaction, Subspace parent, String name) {
    transaction.clear(childKey(parent, name));
  }

  void setLayer(Transaction transaction, Subspace node, byte[] layer) {
    transaction.set(node.pack(LAYER), layer);
  }

  /**
   * Removes the node and all below it, with all keys of their directories. Those of a partition lie
   * below its prefix, with the nodes that lead to them. Nothing is removed before all are found:
   * {@code TOO_MANY} when that does not end within a transaction.
   */
  CompletableFuture<Void> removeAll(Transaction transaction, Subspace top) {
    Removal removal = new Removal(transaction, top);
    return Repeat.whileTrue(removal::findSome).thenAccept(done -> removal.clear());
  }

  /** Nodes are read many at a time: one after the other they would outlast the transaction. */
  private final class Removal {
    private final Transaction transaction;
    private final long end;

    /** The top, then all of the next level, and so on; what is below the first ones is here. */
    private final List<Subspace> found = new ArrayList<>();

    private int looked;

    Removal(Transaction transaction, Subspace top) {
      this.transaction = transaction;
      this.end = RangePart.endOfVersion(transaction);
      found.add(top);
    }

    CompletableFuture<Boolean> findSome() {
      if (looked == found.size()) {
        return CompletableFuture.completedFuture(false);
      }
      if (looked >= RangePart.WHOLE_ROWS && RangePart.isOver(transaction, end)) {
        throw tooMany();
      }
      List<CompletableFuture<RangePart>> reads = new ArrayList<>();
      while (looked < found.size() && reads.size() < NODES_TOGETHER) {
        Range children = found.get(looked).get(CHILDREN).range();
        reads.add(RangePart.read(transaction, children, CHILDREN_MAX, false, end));
        looked++;
      }
      return Calls.all(reads).thenApply(this::take);
    }

    private boolean take(List<RangePart> parts) {
      for (RangePart part : parts) {
        part.rows().forEach(row -> found.add(node(row.getValue())));
        if (part.hasMore()) {
          throw tooMany();
        }
      }
      return true;
    }

    private DirectoryException tooMany() {
      return new DirectoryException(
          DirectoryException.Reason.TOO_MANY,
          "there are more than "
              + (found.size() - 1)
              + " directories in the one to be removed, too many for a transaction; remove some of"
              + " those first");
    }

    void clear() {
      for (Subspace node : found) {
        transaction.clear(Range.startsWith(prefixOf(node)));
        transaction.clear(node.range());
      }
    }
  }

  /**
   * Whether no directory has this prefix, one that begins it, or one that it begins, and it is not
   * among the nodes.
   */
  CompletableFuture<Boolean> isFree(ReadTransaction transaction, byte[] prefix) {
    if (prefix.length == 0 || nodes.contains(prefix)) {
      return CompletableFuture.completedFuture(false);
    }
    CompletableFuture<List<KeyValue>> before =
        transaction
            .getRange(
                KeySelector.firstGreaterOrEqual(nodes.range().begin),
                KeySelector.firstGreaterThan(nodes.pack(prefix)),
                1,
                true)
            .asList();
    return before.thenCompose(
        rows -> {
          if (!rows.isEmpty()) {
            byte[] other = nodes.unpack(rows.get(0).getKey()).getBytes(0);
            if (new Subspace(other).contains(prefix)) {
              return CompletableFuture.completedFuture(false);
            }
          }
          byte[] end = Keys.afterPrefix(Bytes.copyOf(prefix)).toArray();
          return transaction
              .getRange(nodes.pack(prefix), nodes.pack(end), 1)
              .asList()
              .thenApply(List::isEmpty);
        });
  }
}
