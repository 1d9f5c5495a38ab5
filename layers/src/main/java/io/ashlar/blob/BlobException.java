package io.ashlar.blob;

/** What is stored of a blob is not what the call needs. */
public final class BlobException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /**
     * The value that was being read has been replaced or deleted, so long ago that it is removed.
     * Look the name up again and begin anew.
     */
    GONE,
    /**
     * What a writer has written so far was swept away, since nobody renewed it in time, or was
     * discarded. Write it again. When a {@code finish} before has ended in doubt it may also have
     * been published, and replaced or deleted since: then do not.
     */
    UPLOAD_LOST,
    /** More was written than {@link BlobOptions#lengthMax}. */
    TOO_LARGE,
    /** A chunk is missing or damaged although the blob is there. */
    CORRUPT
  }

  private final Reason reason;

  BlobException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
