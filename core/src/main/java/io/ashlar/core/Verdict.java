package io.ashlar.core;

/** What a resolver says of a transaction. */
public enum Verdict {
  /** A write after its read version intersects what it read. */
  CONFLICT(0),
  /** It read before the window. */
  TOO_OLD(1),
  COMMITTED(2);

  private final int code;

  Verdict(int code) {
    this.code = code;
  }

  /** One byte, stable on the wire; over several resolvers the smallest code counts. */
  public int code() {
    return code;
  }

  /**
   * The verdict of a code.
   *
   * @throws MalformedException when there is none
   */
  public static Verdict ofCode(int code) {
    return switch (code) {
      case 0 -> CONFLICT;
      case 1 -> TOO_OLD;
      case 2 -> COMMITTED;
      default -> throw new MalformedException("no verdict has the code " + code);
    };
  }
}
