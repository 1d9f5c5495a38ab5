package io.ashlar.server.shell;

import java.util.Locale;

/** The commands of key-value stores. */
enum KeyValueVerb implements SubVerb {
  USE(0, 1, "[PATH]", "shows or chooses the store, by the path of its directory; `kv' at first"),
  GET(1, 1, "KEY", "shows the value of a key"),
  PUT(
      2,
      3,
      "KEY VALUE [TIME]",
      "sets a key, for ever or for a time such as 500ms, 30s, 5m, 2h, 7d"),
  PUTNEW(2, 3, "KEY VALUE [TIME]", "sets a key unless it is there"),
  DELETE(1, 1, "KEY", "removes a key"),
  CAS(3, 3, "KEY OLD NEW", "sets a key to NEW if its value is OLD"),
  INCR(1, 2, "KEY [BY]", "adds 1, or BY, to a counter, and shows what it is then"),
  DECR(1, 2, "KEY [BY]", "takes 1, or BY, from a counter, and shows what it is then"),
  COUNTER(1, 1, "KEY", "shows what a counter is"),
  TTL(1, 1, "KEY", "shows how long a key will be there"),
  EXPIRE(2, 2, "KEY TIME", "lets a key expire after a time"),
  PERSIST(1, 1, "KEY", "keeps a key for ever"),
  SCAN(
      0,
      5,
      "[PREFIX [LIMIT]] [reverse] [after TOKEN]",
      "shows up to LIMIT (25) keys that start with PREFIX, which is \"\" for all; goes on after the"
          + " TOKEN that the scan before has shown"),
  MGET(1, Integer.MAX_VALUE, "KEY...", "shows the values of several keys, at one version"),
  MPUT(2, Integer.MAX_VALUE, "KEY VALUE...", "sets several keys, all or none"),
  SWEEP(0, 0, "", "removes what has expired, which nobody sees any more, from the disk too");

  private final int argumentsMin;
  private final int argumentsMax;
  private final String arguments;
  private final String meaning;

  KeyValueVerb(int argumentsMin, int argumentsMax, String arguments, String meaning) {
    this.argumentsMin = argumentsMin;
    this.argumentsMax = argumentsMax;
    this.arguments = arguments;
    this.meaning = meaning;
  }

  @Override
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String arguments() {
    return arguments;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  @Override
  public int argumentsMin() {
    return argumentsMin;
  }

  @Override
  public int argumentsMax() {
    return argumentsMax;
  }
}
