package io.ashlar.server.shell;

import io.ashlar.client.Consistency;
import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Keys;
import io.ashlar.directory.DirectoryException;
import io.ashlar.kv.KeyValueException;
import io.ashlar.server.Failures;
import io.ashlar.server.Json;
import io.ashlar.table.TableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One user's session: runs commands against a database, inside a transaction of the user's own
 * after {@code begin}, else each in one of its own that is repeated when it conflicts. For one
 * thread; an interrupt of that thread gives up the command under way, whose commit may come later
 * when it has begun.
 */
final class ShellSession implements Transactions, AutoCloseable {
  private static final int RANGE_LIMIT = 25;

  private final Database database;
  private final String place;
  private final long timeoutMillis;
  private final ReadLevel readLevel;
  private boolean writeMode;
  private Transaction open;
  private final KeyValueCommands keyValues;
  private final TableCommands tables;

  /**
   * @param place where the database is, for {@code status}
   * @param timeoutMillis how long one command, or one transaction of the user's own, may take
   */
  ShellSession(Database database, String place, long timeoutMillis) {
    this.database = database;
    this.place = place;
    this.timeoutMillis = timeoutMillis;
    this.readLevel = new ReadLevel(database, timeoutMillis);
    this.keyValues = new KeyValueCommands(database, this);
    this.tables = new TableCommands(this);
  }

  @Override
  public boolean inTransaction() {
    return open != null;
  }

  /** Runs one command; never throws for what a user or the store does. */
  Reply execute(List<Bytes> words) {
    String name = words.get(0).utf8();
    Verb verb = Verb.of(name);
    if (verb == null) {
      return Reply.refused("unknown command `" + words.get(0) + "'; try `help'");
    }
    int arguments = words.size() - 1;
    if (arguments < verb.argumentsMin || arguments > verb.argumentsMax) {
      return Reply.refused("usage: " + verb.usage());
    }
    try {
      readLevel.forgetAge();
      return readLevel.withAge(dispatch(verb, words));
    } catch (InterruptedException interrupted) {
      rollBack();
      return Reply.refused("interrupted");
    } catch (AshlarException failure) {
      return failed(failure);
    } catch (RefusedException | IllegalArgumentException refused) {
      return Reply.refused(refused.getMessage());
    } catch (ExecutionException wrapped) {
      Throwable cause = Failures.unwrap(wrapped);
      if (cause instanceof AshlarException failure) {
        return failed(failure);
      }
      return Reply.refused(isOfLayers(cause) ? cause.getMessage() : Failures.line(cause));
    }
  }

  /** Whether its message is for whoever typed the command. */
  private static boolean isOfLayers(Throwable cause) {
    return cause instanceof RefusedException
        || cause instanceof DirectoryException
        || cause instanceof KeyValueException
        || cause instanceof TableException
        || cause instanceof IllegalArgumentException;
  }

  private Reply dispatch(Verb verb, List<Bytes> words)
      throws InterruptedException, ExecutionException {
    return switch (verb) {
      case BEGIN -> begin();
      case CLEAR -> write(tx -> tx.clear(words.get(1).toArray()));
      case CLEARRANGE -> write(tx -> tx.clear(words.get(1).toArray(), words.get(2).toArray()));
      case COMMIT -> commit();
      case CONSISTENCY -> consistency(words);
      case EXIT -> Reply.end();
      case GET -> get(words.get(1));
      case GETRANGE -> getRange(words, true);
      case GETRANGEKEYS -> getRange(words, false);
      case GETVERSION -> getVersion();
      case HELP -> help(words);
      case KV -> keyValue(words);
      case RESET -> reset();
      case ROLLBACK -> rollback();
      case SET -> write(tx -> tx.set(words.get(1).toArray(), words.get(2).toArray()));
      case STATUS -> status();
      case TABLE -> table(words);
      case WRITEMODE -> setWriteMode(words.get(1).utf8());
    };
  }

  private Reply begin() {
    if (open != null) {
      return Reply.refused("already in a transaction");
    }
    readLevel.needWritable("`begin'");
    open = readLevel.newTransaction();
    return Reply.ok(Json.object(), "Transaction started");
  }

  private Reply commit() throws InterruptedException, ExecutionException {
    if (open == null) {
      return Reply.refused("no active transaction");
    }
    Transaction ending = open;
    open = null;
    try {
      finish(ending);
      return committed(ending.getCommittedVersion());
    } finally {
      ending.close();
    }
  }

  /** Commits. Who interrupts that is told that it may happen all the same. */
  private static void finish(Transaction ending) throws ExecutionException {
    try {
      ending.commit().get();
    } catch (InterruptedException interrupted) {
      throw new AshlarException(ErrorCode.MAY_STILL_COMMIT);
    }
  }

  private static Reply committed(long version) {
    return Reply.ok(Json.object().put("committedVersion", version), "Committed (" + version + ")");
  }

  private Reply rollback() {
    if (open == null) {
      return Reply.refused("no active transaction");
    }
    rollBack();
    return Reply.ok(Json.object(), "Transaction rolled back");
  }

  private Reply reset() {
    if (open == null) {
      return Reply.refused("no active transaction");
    }
    rollBack();
    open = readLevel.newTransaction();
    return Reply.ok(Json.object(), "Transaction reset");
  }

  private void rollBack() {
    if (open != null) {
      open.close();
      open = null;
    }
  }

  private Reply consistency(List<Bytes> words) {
    if (open != null && words.size() > 1) {
      return Reply.refused(
          "the transaction that is open is " + readLevel.word() + ": `commit' or `rollback' first");
    }
    return readLevel.choose(new Arguments(words.subList(1, words.size())));
  }

  /** As the prompt says it; empty for strong. */
  String consistency() {
    return readLevel.level() == Consistency.STRONG ? "" : readLevel.word();
  }

  private Reply keyValue(List<Bytes> words) throws InterruptedException, ExecutionException {
    KeyValueVerb verb = SubVerb.of(KeyValueVerb.values(), words.get(1).utf8());
    Arguments arguments = arguments(Verb.KV, verb, words);
    return keyValues.run(verb, arguments);
  }

  private Reply table(List<Bytes> words) throws InterruptedException, ExecutionException {
    TableVerb verb = SubVerb.of(TableVerb.values(), words.get(1).utf8());
    Arguments arguments = arguments(Verb.TABLE, verb, words);
    return tables.run(verb, arguments);
  }

  private static Arguments arguments(Verb layer, SubVerb verb, List<Bytes> words) {
    if (verb == null) {
      throw new RefusedException(
          "unknown command `"
              + layer.word()
              + " "
              + words.get(1)
              + "'; try `help "
              + layer.word()
              + "'");
    }
    int count = words.size() - 2;
    if (count < verb.argumentsMin() || count > verb.argumentsMax()) {
      throw new RefusedException("usage: " + verb.usage(layer));
    }
    return new Arguments(words.subList(2, words.size()));
  }

  private Reply write(Consumer<Transaction> change)
      throws InterruptedException, ExecutionException {
    long[] version = new long[1];
    change(
        transaction -> {
          change.accept(transaction);
          return CompletableFuture.completedFuture(null);
        },
        transaction -> version[0] = transaction.getCommittedVersion());
    return open != null ? Reply.ok(Json.object()) : committed(version[0]);
  }

  @Override
  public <T> T change(Function<Transaction, CompletableFuture<T>> changing)
      throws InterruptedException, ExecutionException {
    return change(changing, committed -> {});
  }

  private <T> T change(
      Function<Transaction, CompletableFuture<T>> changing, Consumer<Transaction> onCommit)
      throws InterruptedException, ExecutionException {
    if (!writeMode) {
      throw new RefusedException("writemode must be on to write: `writemode on'");
    }
    readLevel.needWritable("a write");
    if (open != null) {
      return changing.apply(open).get();
    }
    try (Transaction transaction = readLevel.newTransaction()) {
      while (true) {
        try {
          T result = changing.apply(transaction).get();
          finish(transaction);
          onCommit.accept(transaction);
          return result;
        } catch (ExecutionException failure) {
          // Ends the loop with the failure unless it is certain that nothing was applied.
          transaction.onError(Failures.unwrap(failure)).get();
        }
      }
    }
  }

  @Override
  public <T> T read(Function<ReadTransaction, CompletableFuture<T>> reading)
      throws InterruptedException, ExecutionException {
    if (open != null) {
      return reading.apply(open).get();
    }
    if (readLevel.isEventual()) {
      return readLevel.readEventually(reading);
    }
    try (Transaction transaction = readLevel.newTransaction()) {
      while (true) {
        try {
          return reading.apply(transaction).get();
        } catch (ExecutionException failure) {
          transaction.onError(Failures.unwrap(failure)).get();
        }
      }
    }
  }

  private Reply get(Bytes key) throws InterruptedException, ExecutionException {
    byte[] found = read(tx -> tx.get(key.toArray()));
    Json json = Json.object().put("key", key.toString()).put("found", found != null);
    if (found == null) {
      return Reply.ok(json, "`" + key + "': not found");
    }
    Bytes value = Bytes.wrap(found);
    return Reply.ok(json.put("value", value.toString()), "`" + key + "' is `" + value + "'");
  }

  private Reply getRange(List<Bytes> words, boolean withValues)
      throws InterruptedException, ExecutionException {
    Bytes begin = words.get(1);
    Bytes end = words.size() > 2 ? words.get(2) : endOfPrefix(begin);
    if (begin.compareTo(end) > 0) {
      // The client would find nothing there; who typed it has mixed them up.
      throw new AshlarException(ErrorCode.INVERTED_RANGE);
    }
    int limit = RANGE_LIMIT;
    if (words.size() > 3) {
      limit = parseLimit(words.get(3).utf8());
      if (limit <= 0) {
        return Reply.refused("`" + words.get(3) + "' is no limit: a number from 1 is");
      }
    }
    int rowsMax = limit;
    List<KeyValue> rows =
        read(tx -> tx.getRange(begin.toArray(), end.toArray(), rowsMax, false).asList());
    List<String> lines = new ArrayList<>();
    List<Object> shown = new ArrayList<>();
    lines.add("Range limited to " + limit + " keys");
    for (KeyValue row : rows) {
      Bytes key = Bytes.wrap(row.getKey());
      Bytes value = Bytes.wrap(row.getValue());
      lines.add(withValues ? "`" + key + "' is `" + value + "'" : "`" + key + "'");
      shown.add(
          withValues
              ? Json.object().put("key", key.toString()).put("value", value.toString())
              : key.toString());
    }
    return Reply.ok(
        Json.object().put(withValues ? "rows" : "keys", shown).put("limit", limit), lines);
  }

  private static Bytes endOfPrefix(Bytes prefix) {
    boolean isOfUsers = !prefix.isEmpty() && Keys.USER.contains(prefix);
    return isOfUsers ? Keys.afterPrefix(prefix) : Keys.USER_END;
  }

  private static int parseLimit(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      return -1;
    }
  }

  private Reply getVersion() throws InterruptedException, ExecutionException {
    long version = read(ReadTransaction::getReadVersion);
    return Reply.ok(Json.object().put("readVersion", version), Long.toString(version));
  }

  private Reply setWriteMode(String word) {
    if (!word.equals("on") && !word.equals("off")) {
      return Reply.refused("usage: " + Verb.WRITEMODE.usage());
    }
    writeMode = word.equals("on");
    return Reply.ok(Json.object().put("writeMode", writeMode));
  }

  private Reply status() throws InterruptedException, ExecutionException {
    long begun = System.nanoTime();
    try (Transaction probe = database.createTransaction()) {
      probe.options().setTimeout(timeoutMillis);
      long version = probe.getReadVersion().get();
      long versionAt = System.nanoTime();
      probe.get(new byte[0]).get();
      long readAt = System.nanoTime();
      double versionMillis = (versionAt - begun) / 1e6;
      double readMillis = (readAt - versionAt) / 1e6;
      return Reply.ok(
          Json.object()
              .put("store", place)
              .put("available", true)
              .put("readVersion", version)
              .put("readVersionMillis", versionMillis)
              .put("readMillis", readMillis)
              .put("writeMode", writeMode)
              .put("consistency", readLevel.word())
              .put("inTransaction", open != null),
          "Store            " + place,
          "Available        yes",
          "Read version     " + version + ", in " + millis(versionMillis),
          "One read         in " + millis(readMillis),
          "Write mode       " + (writeMode ? "on" : "off"),
          "Consistency      " + readLevel.word(),
          "Transaction      " + (open != null ? "open" : "none"));
    }
  }

  private static String millis(double millis) {
    return String.format(Locale.ROOT, "%.2f ms", millis);
  }

  private static Reply help(List<Bytes> words) {
    List<String> lines = new ArrayList<>();
    List<Object> usages = new ArrayList<>();
    if (words.size() == 1) {
      for (Verb verb : Verb.values()) {
        explain(verb.usage(), verb.meaning, lines, usages);
      }
      lines.add("");
      lines.add(
          "Words: \"with blanks\", \\xNN for a byte, \\\" \\\\ \\; for themselves. Commands: a; b");
      return Reply.ok(Json.object().put("commands", usages), lines);
    }
    Verb verb = Verb.of(words.get(1).utf8());
    if (verb == null) {
      return Reply.refused("unknown command `" + words.get(1) + "'; try `help'");
    }
    if (words.size() > 2) {
      for (SubVerb sub : verb.subVerbs()) {
        if (sub.word().equals(words.get(2).utf8())) {
          return help(sub.usage(verb), sub.meaning());
        }
      }
      return Reply.refused(
          "unknown command `"
              + verb.word()
              + " "
              + words.get(2)
              + "'; try `help "
              + verb.word()
              + "'");
    }
    if (verb.subVerbs().isEmpty()) {
      return help(verb.usage(), verb.meaning);
    }
    explain(verb.usage(), verb.meaning, lines, usages);
    for (SubVerb sub : verb.subVerbs()) {
      explain(sub.usage(verb), sub.meaning(), lines, usages);
    }
    return Reply.ok(Json.object().put("commands", usages), lines);
  }

  private static Reply help(String usage, String meaning) {
    return Reply.ok(
        Json.object().put("usage", usage).put("meaning", meaning), usage, "    " + meaning);
  }

  private static void explain(
      String usage, String meaning, List<String> lines, List<Object> usages) {
    lines.add(String.format(Locale.ROOT, "%-34s %s", usage, meaning));
    usages.add(Json.object().put("usage", usage).put("meaning", meaning));
  }

  private static Reply failed(AshlarException failure) {
    return Reply.failed(
        failure.getMessage(),
        Json.object()
            .put("number", failure.number())
            .put("name", failure.code().label())
            .put("message", failure.getMessage()));
  }

  @Override
  public void close() {
    rollBack();
  }
}
