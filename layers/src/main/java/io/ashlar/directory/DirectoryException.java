package io.ashlar.directory;

import java.util.List;

/** A directory is not as the call needs it. Nothing was changed. */
public final class DirectoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** There is a directory at the path of one that is to be made, or moved there. */
    ALREADY_EXISTS,
    /** There is no directory at the path, or none to hold one that is to be moved there. */
    NO_SUCH_DIRECTORY,
    /** The directory was made for another layer than the one that opens it. */
    LAYER_MISMATCH,
    /** A directory cannot be moved into itself, out of its partition, or into another one. */
    ILLEGAL_MOVE,
    /** The root is not opened, moved or removed, since it has the nodes of all others. */
    ROOT,
    /** The rows were written by a directory layer that this one does not understand. */
    UNKNOWN_VERSION,
    /** The prefix that was asked for, or was allocated, has keys or belongs to a directory. */
    PREFIX_IN_USE,
    /** There are more directories in one that is to be removed than a transaction has time for. */
    TOO_MANY
  }

  private final Reason reason;

  DirectoryException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  static DirectoryException alreadyExists(List<String> path) {
    return new DirectoryException(
        Reason.ALREADY_EXISTS, "there is a directory " + printable(path) + " already");
  }

  static DirectoryException noSuchDirectory(List<String> path) {
    return new DirectoryException(
        Reason.NO_SUCH_DIRECTORY, "there is no directory " + printable(path));
  }

  static String printable(List<String> path) {
    return "/" + String.join("/", path);
  }

  public Reason reason() {
    return reason;
  }
}
