package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;

/**
 * Where a tree of directories has its rows, said once more beside the layer: those of the root, or
 * of a partition, whose rows lie in its own keys.
 *
 * @param nodes where the tree keeps what it knows of directories
 */
public record DirectoryRows(Subspace nodes) {
  /** The layer of a directory that is a tree of its own. */
  public static final String PARTITION = "partition";

  private static final Bytes BELOW = Bytes.of(0xfe);

  public static DirectoryRows ofPartition(Bytes prefix) {
    return new DirectoryRows(new Subspace(prefix.concat(BELOW).toArray()));
  }

  /** What stands for the prefix of the tree's root. */
  public Bytes root() {
    return Bytes.wrap(nodes.getKey());
  }

  /** The row that has the prefix of a directory. */
  public byte[] childKey(Bytes parent, String name) {
    return nodes.get(parent.toArray()).pack(Tuple.from(0, name));
  }

  /** The row that has its layer. */
  public byte[] layerKey(Bytes prefix) {
    return nodes.get(prefix.toArray()).pack(Bytes.utf8("layer").toArray());
  }

  /** Whether a row belongs to the tree as such, and to no directory. */
  boolean isOfTree(Bytes key) {
    Subspace root = nodes.get(nodes.getKey());
    return key.equals(Bytes.wrap(root.pack(Bytes.utf8("version").toArray())))
        || root.get(Bytes.utf8("hca").toArray()).contains(key.toArray());
  }
}
