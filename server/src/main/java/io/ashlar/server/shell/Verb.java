package io.ashlar.server.shell;

import java.util.List;
import java.util.Locale;

/** The commands of the shell. */
enum Verb {
  BEGIN(0, 0, "", "begins a transaction; until commit or rollback every command is part of it"),
  CLEAR(1, 1, "KEY", "removes a key"),
  CLEARRANGE(2, 2, "BEGIN END", "removes the keys from BEGIN up to, but not including, END"),
  COMMIT(0, 0, "", "commits the transaction"),
  CONSISTENCY(
      0,
      2,
      "[strong|session [TOKEN]|eventual]",
      "shows or chooses how reads are consistent from now on; strong at first. `session TOKEN' goes"
          + " on where another session was"),
  EXIT(0, 0, "", "leaves the shell (also: quit)"),
  GET(1, 1, "KEY", "shows the value of a key"),
  GETRANGE(
      1,
      3,
      "BEGIN [END] [LIMIT]",
      "shows up to LIMIT (25) keys and values from BEGIN up to, but not including, END; without END"
          + " those that start with BEGIN"),
  GETRANGEKEYS(1, 3, "BEGIN [END] [LIMIT]", "as getrange, but keys alone"),
  GETVERSION(0, 0, "", "shows the version at which a transaction that begins now reads"),
  HELP(0, 2, "[COMMAND]", "shows what there is, or what one command does"),
  KV(
      1,
      Integer.MAX_VALUE,
      "COMMAND...",
      "keys of a key-value store, with counters and keys that expire; `help kv' lists its commands"),
  RESET(0, 0, "", "forgets what the transaction did so far, and keeps it open"),
  ROLLBACK(0, 0, "", "ends the transaction without committing it"),
  SET(2, 2, "KEY VALUE", "sets a key to a value"),
  STATUS(0, 0, "", "shows whether the store answers, and how fast"),
  TABLE(
      1,
      Integer.MAX_VALUE,
      "COMMAND...",
      "rows and indexes of tables; `help table' lists its commands"),
  WRITEMODE(1, 1, "on|off", "allows or refuses what writes, such as set and kv put; off at first");

  final int argumentsMin;
  final int argumentsMax;
  final String arguments;
  final String meaning;

  Verb(int argumentsMin, int argumentsMax, String arguments, String meaning) {
    this.argumentsMin = argumentsMin;
    this.argumentsMax = argumentsMax;
    this.arguments = arguments;
    this.meaning = meaning;
  }

  /** The commands that stand behind it; none for most. */
  List<SubVerb> subVerbs() {
    return switch (this) {
      case KV -> List.of(KeyValueVerb.values());
      case TABLE -> List.of(TableVerb.values());
      default -> List.of();
    };
  }

  /** As it is typed. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String usage() {
    return arguments.isEmpty() ? word() : word() + " " + arguments;
  }

  /** The verb that {@code word} names, or null. */
  static Verb of(String word) {
    if (word.equals("quit")) {
      return EXIT;
    }
    for (Verb verb : values()) {
      if (verb.word().equals(word)) {
        return verb;
      }
    }
    return null;
  }
}
