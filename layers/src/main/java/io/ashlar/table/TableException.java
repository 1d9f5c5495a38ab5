package io.ashlar.table;

/** What is in a table is not what the call needs. Nothing was changed by the call. */
public final class TableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** Nobody has created the table. */
    NO_TABLE,
    /** A row with this primary key is there already. */
    ALREADY_THERE,
    /** Another row has the same values in a unique index. */
    NOT_UNIQUE,
    /** The table has no index of this name. */
    NO_INDEX,
    /** The index is still being built, or was dropped. */
    INDEX_NOT_READABLE,
    /** What this process declares and what the table has do not go together. */
    INCOMPATIBLE,
    /** A row would have an entry in an index that is longer than keys or values may be. */
    ENTRY_TOO_LARGE,
    /** A row is longer than values may be. */
    ROW_TOO_LARGE,
    /** An index and the rows do not agree, or a row is none. */
    CORRUPT,
    /** A condition is of another kind than its column, such as a text where there are numbers. */
    WRONG_KIND,
    /** There is more than can be gone through at one version. */
    TOO_MANY,
    /** The continuation is not one of this query. */
    FOREIGN_CONTINUATION
  }

  private final Reason reason;

  /** For codecs too, which refuse rows of other programs. */
  public TableException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
