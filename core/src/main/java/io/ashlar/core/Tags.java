package io.ashlar.core;

/** Tags name the streams of the log: one for each storage server, and one for the metadata. */
public final class Tags {
  /** Mutations of the system key space, and at the start of each epoch a copy of all metadata. */
  public static final int METADATA = 0;

  /** The first storage server's tag. */
  public static final int FIRST_STORAGE = 1;

  private Tags() {}
}
