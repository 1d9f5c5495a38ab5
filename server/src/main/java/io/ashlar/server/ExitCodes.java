package io.ashlar.server;

/** How the program ends; the README's table says the same. The launcher adds 4: not started. */
public final class ExitCodes {
  /** Done, and everything that was claimed was checked. */
  public static final int OK = 0;

  /** It ran and failed. */
  public static final int FAILED = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** The store could not be opened or reached. */
  public static final int UNAVAILABLE = 3;

  private ExitCodes() {}
}
