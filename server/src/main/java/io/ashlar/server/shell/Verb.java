package io.ashlar.server.shell;

import java.util.Locale;

/** The commands of the shell. */
enum Verb {
  BEGIN(0, 0, "", "begins a transaction; until commit or rollback every command is part of it"),
  CLEAR(1, 1, "KEY", "removes a key"),
  CLEARRANGE(2, 2, "BEGIN END", "removes the keys from BEGIN up to, but not including, END"),
  COMMIT(0, 0, "", "commits the transaction"),
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
  HELP(0, 1, "[COMMAND]", "shows what there is, or what one command does"),
  RESET(0, 0, "", "forgets what the transaction did so far, and keeps it open"),
  ROLLBACK(0, 0, "", "ends the transaction without committing it"),
  SET(2, 2, "KEY VALUE", "sets a key to a value"),
  STATUS(0, 0, "", "shows whether the store answers, and how fast"),
  WRITEMODE(1, 1, "on|off", "allows or refuses set, clear and clearrange; off at first");

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
