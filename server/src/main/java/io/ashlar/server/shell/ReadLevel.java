package io.ashlar.server.shell;

import io.ashlar.client.CausalSession;
import io.ashlar.client.Consistency;
import io.ashlar.client.Database;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.SessionToken;
import io.ashlar.client.Staleness;
import io.ashlar.client.Transaction;
import io.ashlar.server.Json;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * The consistency that the user has chosen for what comes next, and how old it was what was read
 * eventually. For one thread.
 */
final class ReadLevel {
  private final Database database;
  private final long timeoutMillis;
  private Consistency level = Consistency.STRONG;

  /** Null unless at {@link Consistency#SESSION}. */
  private CausalSession session;

  /** Of the command under way; null when it has read nothing eventually. */
  private Staleness oldest;

  ReadLevel(Database database, long timeoutMillis) {
    this.database = database;
    this.timeoutMillis = timeoutMillis;
  }

  Consistency level() {
    return level;
  }

  boolean isEventual() {
    return level == Consistency.EVENTUAL;
  }

  /** As it is typed. */
  String word() {
    return level.name().toLowerCase(Locale.ROOT);
  }

  /**
   * What comes next is read at the level that is named so; without a name nothing is chosen.
   *
   * @throws RefusedException when there is no such level
   * @throws io.ashlar.core.AshlarException {@code session_token_invalid} (7011), when the token is
   *     none of this database
   */
  Reply choose(Arguments arguments) {
    if (arguments.left() > 0) {
      String name = arguments.next().utf8();
      choose(name, arguments.left() > 0 ? arguments.next().utf8() : null);
    }
    Json json = Json.object().put("consistency", word());
    return session == null
        ? Reply.ok(json, "Consistency  " + word())
        : Reply.ok(
            json.put("token", session.token().toString()),
            "Consistency  " + word(),
            "Token        " + session.token());
  }

  private void choose(String name, String token) {
    Consistency chosen = null;
    for (Consistency one : Consistency.values()) {
      if (one.name().toLowerCase(Locale.ROOT).equals(name)) {
        chosen = one;
      }
    }
    if (chosen == null) {
      throw new RefusedException(
          "`" + name + "' is no consistency: strong, session and eventual are");
    }
    if (chosen != Consistency.SESSION) {
      if (token != null) {
        throw new RefusedException("a token is for `consistency session', not for " + name);
      }
      session = null;
    } else {
      // One that goes on has seen more than a new one would.
      CausalSession next = session == null ? database.session() : session;
      if (token != null) {
        next.join(SessionToken.parse(token));
      }
      session = next;
    }
    level = chosen;
  }

  /**
   * Refuses what only a transaction can that may write.
   *
   * @param what for example "a write"
   */
  void needWritable(String what) {
    if (isEventual()) {
      throw new RefusedException(
          what
              + " does not go with eventual consistency, which is for reads alone: `consistency"
              + " strong' or `consistency session' first");
    }
  }

  /** A transaction that may write. */
  Transaction newTransaction() {
    Transaction transaction =
        session == null ? database.createTransaction() : session.createTransaction();
    transaction.options().setTimeout(timeoutMillis);
    return transaction;
  }

  /** Reads what the replica that is asked first knows to be committed, and notes how old it is. */
  <T> T readEventually(Function<ReadTransaction, CompletableFuture<T>> reading)
      throws InterruptedException, ExecutionException {
    boolean[] isAgain = new boolean[1];
    Staleness[] age = new Staleness[1];
    T found =
        database
            .eventual()
            .readAsync(
                reads -> {
                  // The time of all tries together.
                  if (!isAgain[0]) {
                    reads.options().setTimeout(timeoutMillis);
                    isAgain[0] = true;
                  }
                  // Asked for at the end: the first read is to choose the version.
                  return reading
                      .apply(reads)
                      .thenCompose(
                          result ->
                              reads
                                  .getStaleness()
                                  .thenApply(
                                      staleness -> {
                                        age[0] = staleness;
                                        return result;
                                      }));
                })
            .get();
    if (oldest == null || age[0].version() < oldest.version()) {
      oldest = age[0];
    }
    return found;
  }

  /** What a command has answered, with how old it is when that was read eventually. */
  Reply withAge(Reply reply) {
    Staleness age = oldest;
    oldest = null;
    if (age == null) {
      return reply;
    }
    return reply.and(
        Json.object()
            .put(
                "staleness",
                Json.object()
                    .put("version", age.version())
                    .put("storeTimeMillis", age.storeTimeMillis())
                    .put("versionsBehind", age.versionsBehind())
                    .put("millisBehind", age.millisBehind())),
        String.format(
            Locale.ROOT,
            "As of %s, version %d: at least %d ms and %,d versions old",
            Instant.ofEpochMilli(age.storeTimeMillis()),
            age.version(),
            age.millisBehind(),
            age.versionsBehind()));
  }

  /** A command begins, or was given up. */
  void forgetAge() {
    oldest = null;
  }
}
