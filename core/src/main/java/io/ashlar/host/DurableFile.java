package io.ashlar.host;

import io.ashlar.core.Bytes;
import java.util.function.Consumer;

/** A file that grows at its end. Nothing is durable until a sync begun after it has finished. */
public interface DurableFile {
  String name();

  /**
   * Bytes appended and found at opening. After a crash a preallocated file may be found with its
   * reserved space: its reader tells content from zeros, then truncates.
   */
  long size();

  /**
   * Reads {@code length} bytes at {@code offset}; fewer where the file ends. Sees everything
   * appended before the call.
   */
  void read(long offset, int length, Consumer<Bytes> onRead);

  /** Appends; the bytes are not changed afterwards. Order is the order of calls. */
  void append(Bytes bytes);

  /**
   * Makes everything appended before the call durable. Several may be under way: they finish in
   * order, and the disk joins those it can.
   */
  void sync(Runnable onDurable);

  /** Cuts the file at {@code size}, durably. No append may be under way. */
  void truncate(long size, Runnable onDurable);

  /** Gives the handle back; without it nothing more is called. Durability is unaffected. */
  void close();
}
