package io.ashlar.host;

import io.ashlar.core.Bytes;
import java.util.List;
import java.util.function.Consumer;

/**
 * A role's own files. Names are relative paths of letters, digits, dot, dash and slash.
 *
 * <p>What a crash leaves: of a {@link DurableFile}, what its last finished sync covered, and of
 * bytes appended since any part, torn anywhere, in any order of sectors. A sector that was not
 * written shows zeros; beyond the space that was reserved also what the disk held there before,
 * such as a part of a file that is gone. Of {@link #replace}, the old or the new content whole.
 * Names in one folder are replaced and deleted in the order of the calls: one that is durable makes
 * those before it durable.
 *
 * <p>What fails stops the worker: an operation that fails is not tried again, nothing is done after
 * it, and neither it nor anything after it is told. The next life finds what a crash leaves.
 */
public interface Disk {
  /** The files below a folder, as a disk of their own. */
  Disk under(String folder);

  /**
   * Opens a file for reading and appending, creating it if it is absent. The completion gets the
   * file with its size as it is found.
   *
   * @param preallocateBytes space to reserve when the file is created, so that appending does not
   *     change its metadata; the logical size is that of what was appended, and reading reserved
   *     space beyond it after a crash may show zeros
   */
  void open(String name, long preallocateBytes, Consumer<DurableFile> onOpen);

  /** All names, sorted. The name of a file that is being created may be there or not. */
  void list(Consumer<List<String>> onList);

  /**
   * The whole content of a small file, or null when it is absent. What is given of a file that was
   * replaced is durable, also when the process that replaced it died before it heard so.
   */
  void read(String name, Consumer<Bytes> onContent);

  /** Replaces the whole content atomically; durable, name included, when {@code onDurable} runs. */
  void replace(String name, Bytes content, Runnable onDurable);

  /**
   * Removes a file, or nothing when it is absent; that it is not there is durable when {@code
   * onDurable} runs, also when an earlier process removed it.
   */
  void delete(String name, Runnable onDurable);
}
