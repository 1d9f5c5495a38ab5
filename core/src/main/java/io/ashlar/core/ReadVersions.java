package io.ashlar.core;

/** Values of a read's version with a meaning of their own. */
public final class ReadVersions {
  /** Whatever the storage server knows to be committed; its reply says which version that was. */
  public static final long KNOWN_COMMITTED = -1;

  private ReadVersions() {}
}
