package io.ashlar.server.shell;

import java.util.Locale;

/** The commands of tables; a table is named by the path of its directory. */
enum TableVerb implements SubVerb {
  LIST(0, 1, "[PATH]", "lists the tables in all directories, or in those below PATH"),
  DESCRIBE(1, 1, "TABLE", "shows the columns, the indexes and how far those are that are built"),
  GET(2, Integer.MAX_VALUE, "TABLE KEY...", "shows the row with these columns of the primary key"),
  SCAN(
      1,
      Integer.MAX_VALUE,
      "TABLE [VALUE...] [CONDITION...]",
      "shows rows by primary key; VALUEs and CONDITIONs as for query"),
  QUERY(
      2,
      Integer.MAX_VALUE,
      "TABLE INDEX [VALUE...] [CONDITION...]",
      "shows rows by an index whose first columns have these VALUEs; CONDITIONs are, for the next"
          + " columns, `from VALUE...', `to VALUE...', `starting TEXT', and `reverse', `limit N'"
          + " (25), `after TOKEN' to go on where a page has ended. A VALUE is what it looks like,"
          + " or text:V, bytes:V, uuid:V, double:V"),
  COUNT(
      1,
      Integer.MAX_VALUE,
      "TABLE [INDEX [VALUE...] [CONDITION...]]",
      "counts rows, or entries of an index"),
  CHECK(1, 1, "TABLE", "looks whether every entry of the readable indexes leads to a row");

  private final int argumentsMin;
  private final int argumentsMax;
  private final String arguments;
  private final String meaning;

  TableVerb(int argumentsMin, int argumentsMax, String arguments, String meaning) {
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
