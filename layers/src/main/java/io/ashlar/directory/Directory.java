package io.ashlar.directory;

import io.ashlar.client.ReadTransactionContext;
import io.ashlar.client.TransactionContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A place in the tree of directories, below which others can be made, opened, moved and removed: a
 * {@link DirectoryLayer}, the root, or a {@link DirectorySubspace}.
 *
 * <p>Paths are relative to this directory, unless a method says otherwise; they are copied. Each
 * call is one transaction, repeated by itself, when it is given a database, and a part of the
 * transaction it is given otherwise: then nothing is there for others before the commit, and a
 * directory that the commit did not make must not be used.
 *
 * <p>A null is a {@link NullPointerException} at once. All other errors arrive in the future:
 * {@link DirectoryException}, such as {@code ROOT} for an empty path of a root that is to be
 * opened, moved or removed, and those of the database. Thread-safe and immutable.
 */
public interface Directory {
  /** From the root of the outermost layer; empty for that root. */
  List<String> getPath();

  /** What this was made for: bytes that mean something to the application. Empty for none. */
  byte[] getLayer();

  /** Opens a directory, made for any layer, or makes it for none; its parents likewise. */
  default CompletableFuture<DirectorySubspace> createOrOpen(
      TransactionContext context, List<String> path) {
    return createOrOpen(context, path, new byte[0]);
  }

  /**
   * Opens a directory, or makes it, and its parents where there are none.
   *
   * @param layer what it is for; one that was made for another is {@code LAYER_MISMATCH}. Empty
   *     fits all. {@link DirectoryLayer#PARTITION} makes a partition
   */
  CompletableFuture<DirectorySubspace> createOrOpen(
      TransactionContext context, List<String> path, byte[] layer);

  /** Opens a directory, made for any layer. */
  default CompletableFuture<DirectorySubspace> open(
      ReadTransactionContext context, List<String> path) {
    return open(context, path, new byte[0]);
  }

  /**
   * Opens a directory: {@code NO_SUCH_DIRECTORY} when there is none.
   *
   * @param layer as {@link #createOrOpen(TransactionContext, List, byte[])} checks it
   */
  CompletableFuture<DirectorySubspace> open(
      ReadTransactionContext context, List<String> path, byte[] layer);

  /** Makes a directory for no layer: {@code ALREADY_EXISTS} when there is one. */
  default CompletableFuture<DirectorySubspace> create(
      TransactionContext context, List<String> path) {
    return create(context, path, new byte[0]);
  }

  /** Makes a directory, and its parents where there are none: {@code ALREADY_EXISTS} if it is. */
  CompletableFuture<DirectorySubspace> create(
      TransactionContext context, List<String> path, byte[] layer);

  /**
   * As {@link #create(TransactionContext, List, byte[])}, with a prefix of the caller's choice.
   *
   * @param prefix not empty; {@code PREFIX_IN_USE} when it is one of a directory, or begins one, or
   *     begins with one. Whether there are keys is not looked at
   * @throws IllegalArgumentException in the future, unless the layer {@linkplain
   *     DirectoryLayer#DirectoryLayer(boolean) takes} such prefixes; partitions do not
   */
  CompletableFuture<DirectorySubspace> createWithPrefix(
      TransactionContext context, List<String> path, byte[] layer, byte[] prefix);

  /**
   * Moves this directory with all in it. Its keys stay where they are; this object then is of the
   * old path.
   *
   * @param newPath from the root of the outermost layer; its parent must be there. {@code
   *     ILLEGAL_MOVE} when it is in this directory or in another partition; {@code ALREADY_EXISTS}
   *     when it is that of the partition this is in
   */
  CompletableFuture<DirectorySubspace> moveTo(TransactionContext context, List<String> newPath);

  /**
   * Moves a directory with all in it. Its keys stay where they are. The new path's parent must be
   * there, the new path not; {@code ILLEGAL_MOVE} into itself or to another partition.
   */
  CompletableFuture<DirectorySubspace> move(
      TransactionContext context, List<String> oldPath, List<String> newPath);

  /** Removes this directory, all directories in it, and all their keys. */
  default CompletableFuture<Void> remove(TransactionContext context) {
    return remove(context, List.of());
  }

  /**
   * Removes a directory, all directories in it, and all their keys. What goes on to write with an
   * object of it writes into keys that may belong to another directory soon.
   *
   * <p>However many keys there are, it costs a read and two clears for each directory, and all in
   * one transaction. So it is for some ten thousand directories: with more it fails with {@code
   * TOO_MANY} when they are not found within four seconds, or with {@code transaction_too_large}
   * (2101); remove some of those in it first. Only a partition is removed with all in it at once.
   */
  CompletableFuture<Void> remove(TransactionContext context, List<String> path);

  /** As {@link #remove(TransactionContext)}, if it is still there. */
  default CompletableFuture<Boolean> removeIfExists(TransactionContext context) {
    return removeIfExists(context, List.of());
  }

  /** As {@link #remove(TransactionContext, List)}; gives whether it was there. */
  CompletableFuture<Boolean> removeIfExists(TransactionContext context, List<String> path);

  /** The names of the directories right in this one, in the order of their UTF-8 bytes. */
  default CompletableFuture<List<String>> list(ReadTransactionContext context) {
    return list(context, List.of());
  }

  /** The names of the directories right in the one at {@code path}. */
  CompletableFuture<List<String>> list(ReadTransactionContext context, List<String> path);

  /** Whether this directory is still there. */
  default CompletableFuture<Boolean> exists(ReadTransactionContext context) {
    return exists(context, List.of());
  }

  CompletableFuture<Boolean> exists(ReadTransactionContext context, List<String> path);
}
