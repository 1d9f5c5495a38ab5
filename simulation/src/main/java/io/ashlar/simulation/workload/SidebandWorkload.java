package io.ashlar.simulation.workload;

import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.Ledger;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.SidebandChecker;
import io.ashlar.simulation.check.SidebandChecker.Link;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Clients commit links and tell others of them beside the store, at once or after a while; these
 * look for what they were told of and go on with a link that follows it, and tell the next. What
 * the {@link SidebandChecker} asks for is the real-time part of strict serializability, across keys
 * and through chains of several clients.
 */
public final class SidebandWorkload implements Workload {
  private static final String LINK = "link/";
  private static final int GROUPS = 16;
  private static final int STAMP_BYTES = 10;

  /** News are told to so many that wait for it. */
  private static final int TOLD_MAX = 3;

  /** So many links of a chain are looked for. */
  private static final int CHAIN_MAX = 4;

  private static final int ROWS_MAX = 8;
  private static final int BOARD_MAX = 12;
  private static final long WAIT_NANOS = 150_000_000;
  private static final long DELAY_MAX_NANOS = 5_000_000;

  private record Waiting(SimClient client, CompletableFuture<Long> news) {}

  /** Something that was acknowledged to a client, by its number. */
  private record News(int client, long link) {}

  private final KeySpace keys;
  private final Ledger ledger = new Ledger();
  private final SidebandChecker checker = new SidebandChecker();
  private final WorkloadCounts counts = new WorkloadCounts();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final ArrayDeque<News> board = new ArrayDeque<>();

  public SidebandWorkload(KeySpace keys) {
    this.keys = keys;
  }

  @Override
  public String name() {
    return "sideband";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  private byte[] key(long link) {
    return keys.spread(LINK, link % GROUPS, GROUPS, Bytes.wrap(Encoding.bigEndian(link)));
  }

  private Range group(long link) {
    return Range.startsWith(keys.spread(LINK, link % GROUPS, GROUPS));
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    return hear(client).thenCompose(told -> act(client, told));
  }

  // ---- beside the store

  /** Gives a link that was acknowledged to somebody, at once or when there is one. */
  private CompletableFuture<Long> hear(SimClient client) {
    if (client.random().chance(300_000)) {
      return CompletableFuture.completedFuture(fromBoard(client));
    }
    while (!waiting.isEmpty() && waiting.getFirst().news.isDone()) {
      waiting.removeFirst();
    }
    CompletableFuture<Long> news = new CompletableFuture<>();
    waiting.add(new Waiting(client, news));
    client.pause(WAIT_NANOS).thenRun(() -> news.complete(fromBoard(client)));
    return news;
  }

  /** Something that was acknowledged a while ago, to another client if there is one. */
  private long fromBoard(SimClient client) {
    List<News> others = new ArrayList<>(board);
    others.removeIf(news -> news.client == client.number());
    List<News> choice = others.isEmpty() ? new ArrayList<>(board) : others;
    return choice.isEmpty()
        ? SidebandChecker.NONE
        : choice.get(client.random().nextInt(choice.size())).link;
  }

  private void tell(SimClient from, long link) {
    board.addLast(new News(from.number(), link));
    if (board.size() > BOARD_MAX) {
      board.removeFirst();
    }
    int told = 0;
    while (told < TOLD_MAX && !waiting.isEmpty()) {
      Waiting next = waiting.removeFirst();
      if (next.news.isDone()) {
        continue;
      }
      told++;
      long delay = from.random().nextBoolean() ? 0 : from.random().nextLong(DELAY_MAX_NANOS);
      next.client.pause(delay).thenRun(() -> next.news.complete(link));
    }
  }

  // ---- in the store

  private CompletableFuture<Void> act(SimClient client, long told) {
    SeededRandom random = client.random();
    boolean looks = told != SidebandChecker.NONE && random.nextInt(10) < 7;
    boolean writes = !looks || random.nextInt(4) > 0;
    boolean asksVersion = told != SidebandChecker.NONE && random.nextBoolean();
    long deed = writes ? ledger.begin() : SidebandChecker.NONE;
    String who = "client " + client.number();
    return Attempt.run(
            client,
            transaction -> {
              CompletableFuture<?> done = CompletableFuture.completedFuture(null);
              if (asksVersion) {
                done =
                    transaction
                        .getReadVersion()
                        .thenAccept(version -> checker.gotReadVersion(who, told, version));
              }
              if (looks) {
                done = done.thenCompose(nothing -> look(random, transaction, who, told));
              }
              return writes ? done.thenAccept(nothing -> link(transaction, deed, told)) : done;
            })
        .thenCompose(
            attempt -> {
              end(client, deed, told, attempt);
              return attempt.pause(client);
            });
  }

  private void end(SimClient client, long deed, long told, Attempt attempt) {
    if (deed != SidebandChecker.NONE && attempt.outcome() != Outcome.OPEN) {
      ledger.end(deed, attempt.outcome());
    }
    counts.add(attempt);
    if (attempt.isCommitted()) {
      checker.acknowledged(deed, new Link(told, attempt.stamp()));
      tell(client, deed);
    }
  }

  private void link(Transaction transaction, long deed, long told) {
    Bytes value =
        new ByteWriter(32)
            .putRaw(Bytes.wrap(new byte[STAMP_BYTES]))
            .putLong(told)
            .putInt(0)
            .toBytes();
    transaction.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, key(deed), value.toArray());
  }

  private static Link decode(Bytes value) {
    return new Link(
        new ByteReader(value.slice(STAMP_BYTES, STAMP_BYTES + Long.BYTES)).getLong(),
        Stamp.of(value.slice(0, STAMP_BYTES)));
  }

  /** Looks for the link, and for those before it in its chain, by one of the ways to read. */
  private CompletableFuture<?> look(
      SeededRandom random, Transaction transaction, String who, long told) {
    ReadTransaction reader = random.chance(300_000) ? transaction.snapshot() : transaction;
    List<Long> chain = checker.chain(told, 1 + random.nextInt(CHAIN_MAX));
    if (random.nextInt(3) > 0) {
      return reader
          .getMany(chain.stream().map(this::key).toList())
          .thenAccept(
              values -> {
                for (int i = 0; i < chain.size(); i++) {
                  byte[] value = values.get(i);
                  Link found = value == null ? null : decode(Bytes.wrap(value));
                  checker.looked(who, chain.get(i), found);
                }
              });
    }
    boolean reverse = random.nextBoolean();
    byte[] begin = reverse ? group(told).begin : key(told);
    byte[] end = reverse ? Keys.after(Bytes.wrap(key(told))).toArray() : group(told).end;
    return reader
        .getRange(begin, end, 1 + random.nextInt(ROWS_MAX), reverse)
        .asList()
        .thenAccept(rows -> checker.looked(who, told, links(rows).get(told)));
  }

  private Map<Long, Link> links(List<KeyValue> rows) {
    Map<Long, Link> links = new TreeMap<>();
    for (KeyValue row : rows) {
      Bytes id = keys.tail(LINK, Bytes.wrap(row.getKey()));
      links.put(new ByteReader(id).getLong(), decode(Bytes.wrap(row.getValue())));
    }
    return links;
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client
        .patiently(transaction -> transaction.getRange(keys.all()).asList())
        .thenApply(
            rows -> {
              Map<Long, Link> data = links(rows);
              Violations violations = checker.check(data);
              violations.addAll(ledger.check(data.keySet()));
              return violations;
            });
  }
}
