package io.ashlar.directory;

import io.ashlar.client.ReadTransactionContext;
import io.ashlar.client.TransactionContext;
import io.ashlar.core.Bytes;
import io.ashlar.directory.DirectoryException.Reason;
import io.ashlar.tuple.Subspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A directory that was opened: where its keys are, and the directories in it. It is what was there
 * then; when another moves or removes the directory, this does not know.
 */
public final class DirectorySubspace implements Directory {
  /** What knows this directory. */
  private final DirectoryLayer outer;

  /** What knows the directories in it: the same, but in a partition. */
  private final DirectoryLayer inner;

  private final List<String> path;
  private final byte[] layer;
  private final byte[] prefix;

  DirectorySubspace(DirectoryLayer outer, List<String> path, byte[] layer, byte[] prefix) {
    this.outer = outer;
    this.path = path;
    this.layer = layer;
    this.prefix = prefix;
    this.inner =
        Arrays.equals(layer, DirectoryLayer.partition())
            ? DirectoryLayer.inPartition(prefix, path)
            : outer;
  }

  byte[] prefix() {
    return prefix;
  }

  /** Whether it is a partition: a place for directories, with no keys of its own. */
  public boolean isPartition() {
    return inner != outer;
  }

  /**
   * Where the directory's keys are.
   *
   * @throws IllegalStateException for a partition: its keys belong to the directories in it
   */
  public Subspace subspace() {
    if (isPartition()) {
      throw new IllegalStateException(this + " is a partition, which has no keys of its own");
    }
    return new Subspace(prefix);
  }

  @Override
  public List<String> getPath() {
    return path;
  }

  @Override
  public byte[] getLayer() {
    return layer.clone();
  }

  /** A path from here as one from the root of the layer that knows it. */
  private List<String> from(DirectoryLayer root, List<String> below) {
    List<String> whole = new ArrayList<>(path.subList(root.getPath().size(), path.size()));
    whole.addAll(below);
    return whole;
  }

  /** What knows a path from here: that of a partition itself is known outside of it. */
  private DirectoryLayer knows(List<String> below) {
    return below.isEmpty() ? outer : inner;
  }

  @Override
  public CompletableFuture<DirectorySubspace> createOrOpen(
      TransactionContext context, List<String> below, byte[] layerOfIt) {
    return inner.createOrOpen(context, from(inner, below), layerOfIt);
  }

  @Override
  public CompletableFuture<DirectorySubspace> open(
      ReadTransactionContext context, List<String> below, byte[] layerOfIt) {
    return inner.open(context, from(inner, below), layerOfIt);
  }

  @Override
  public CompletableFuture<DirectorySubspace> create(
      TransactionContext context, List<String> below, byte[] layerOfIt) {
    return inner.create(context, from(inner, below), layerOfIt);
  }

  @Override
  public CompletableFuture<DirectorySubspace> createWithPrefix(
      TransactionContext context, List<String> below, byte[] layerOfIt, byte[] prefixOfIt) {
    return inner.createWithPrefix(context, from(inner, below), layerOfIt, prefixOfIt);
  }

  @Override
  public CompletableFuture<DirectorySubspace> moveTo(
      TransactionContext context, List<String> newPath) {
    List<String> root = outer.getPath();
    List<String> to = List.copyOf(newPath);
    if (to.size() < root.size() || !to.subList(0, root.size()).equals(root)) {
      return context.runAsync(
          transaction ->
              transaction
                  .environment()
                  .adopt(
                      CompletableFuture.failedFuture(
                          new DirectoryException(
                              Reason.ILLEGAL_MOVE,
                              "cannot move "
                                  + this
                                  + " out of its partition: "
                                  + DirectoryException.printable(to)))));
    }
    return outer.move(context, from(outer, List.of()), to.subList(root.size(), to.size()));
  }

  @Override
  public CompletableFuture<DirectorySubspace> move(
      TransactionContext context, List<String> oldPath, List<String> newPath) {
    return inner.move(context, from(inner, oldPath), from(inner, newPath));
  }

  @Override
  public CompletableFuture<Void> remove(TransactionContext context, List<String> below) {
    DirectoryLayer root = knows(below);
    return root.remove(context, from(root, below));
  }

  @Override
  public CompletableFuture<Boolean> removeIfExists(TransactionContext context, List<String> below) {
    DirectoryLayer root = knows(below);
    return root.removeIfExists(context, from(root, below));
  }

  @Override
  public CompletableFuture<List<String>> list(ReadTransactionContext context, List<String> below) {
    return inner.list(context, from(inner, below));
  }

  @Override
  public CompletableFuture<Boolean> exists(ReadTransactionContext context, List<String> below) {
    DirectoryLayer root = knows(below);
    return root.exists(context, from(root, below));
  }

  /** Equal when they are the same place with the same name, made for the same layer. */
  @Override
  public boolean equals(Object other) {
    return other instanceof DirectorySubspace that
        && path.equals(that.path)
        && Arrays.equals(prefix, that.prefix)
        && Arrays.equals(layer, that.layer);
  }

  @Override
  public int hashCode() {
    return 31 * path.hashCode() + Arrays.hashCode(prefix);
  }

  @Override
  public String toString() {
    return "Directory(" + DirectoryException.printable(path) + ", " + Bytes.copyOf(prefix) + ")";
  }
}
