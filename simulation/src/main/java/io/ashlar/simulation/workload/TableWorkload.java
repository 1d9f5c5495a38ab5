package io.ashlar.simulation.workload;

import io.ashlar.client.Transaction;
import io.ashlar.simulation.check.Violations;
import io.ashlar.table.Index;
import io.ashlar.table.IndexBuild;
import io.ashlar.table.IndexEntry;
import io.ashlar.table.PassOptions;
import io.ashlar.table.PrimaryKey;
import io.ashlar.table.RecordCodec;
import io.ashlar.table.Table;
import io.ashlar.table.TableException;
import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A table of the layers, of few rows with several indexes. Whoever looks finds at one version that
 * each index has what the rows say, in its order, and that no two rows have the same seat. Two
 * indexes are dropped, added and built again and again, while others write, and while scrubs that
 * would repair go through all of them and find nothing. In the middle of it the table gets a
 * component more; programs that know it and programs that do not write side by side, and the latter
 * never write over what they do not know.
 */
public final class TableWorkload implements Workload {
  private static final int PUT_PER_MILLION = 450_000;
  private static final int DELETE_PER_MILLION = 100_000;
  private static final int LOOK_PER_MILLION = 250_000;
  private static final int CREATE_PER_MILLION = 4_000;

  private static final int TAGS = 3;
  private static final int OWNERS = 3;
  private static final PassOptions SMALL = new PassOptions(2, Duration.ZERO);
  private static final PassOptions SLOW = new PassOptions(2, Duration.ofMillis(200));
  private static final PassOptions LARGE = new PassOptions(100, Duration.ZERO);
  private static final long THINK_MAX_NANOS = 500_000_000;

  /** More than a row may have. */
  private static final String NOTE = "x".repeat(100_001);

  private static final String OWNER = "owner";
  private static final String SEAT = "seat";
  private static final String TAG = "tag";
  private static final String REBUILT = "rebuilt";
  private static final String REBUILT_TOO = "rebuilt too";

  /** What the indexes see of a row. */
  private interface Seated {
    long id();

    String owner();

    long rank();

    long seat();

    List<String> tags();

    default boolean isEven() {
      return rank() % 2 == 0;
    }
  }

  /** A row of today's program. */
  private record Guest(long id, String owner, long rank, long seat, List<String> tags, String note)
      implements Seated {
    EarlyGuest withoutNote() {
      return new EarlyGuest(id, owner, rank, seat, tags);
    }
  }

  /** A row of yesterday's. */
  private record EarlyGuest(long id, String owner, long rank, long seat, List<String> tags)
      implements Seated {}

  private final KeySpace keys;
  private final int rows;
  private final Table<Long, Guest> table;
  private final Table<Long, EarlyGuest> early;
  private final WorkloadCounts counts = new WorkloadCounts();
  private final Violations violations = new Violations();

  /**
   * @param rows how many there can be
   */
  TableWorkload(KeySpace keys, int rows) {
    this.keys = keys;
    this.rows = rows;
    Subspace place = new Subspace(keys.begin().toArray());
    this.table =
        new Table<>(place, PrimaryKey.longs(), Guest::id, RecordCodec.of(Guest.class), indexes());
    this.early =
        new Table<>(
            place, PrimaryKey.longs(), EarlyGuest::id, RecordCodec.of(EarlyGuest.class), indexes());
  }

  private static <G extends Seated> List<Index<G>> indexes() {
    return List.of(
        Index.on(OWNER, Seated::owner, Seated::rank),
        Index.<G>on(SEAT, Seated::seat).unique().covering(Seated::owner),
        Index.each(TAG, Seated::tags),
        Index.<G>on(REBUILT, Seated::rank)
            .where(Seated::isEven)
            .covering(Seated::owner, Seated::seat),
        Index.<G>on(REBUILT_TOO, Seated::seat, Seated::rank).unique());
  }

  @Override
  public String name() {
    return "table";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return client.patiently(early::create).thenApply(building -> null);
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    int choice = client.random().nextInt(1_000_000);
    if (choice < PUT_PER_MILLION) {
      return put(client);
    }
    choice -= PUT_PER_MILLION;
    if (choice < DELETE_PER_MILLION) {
      long id = client.random().nextInt(rows);
      return run(
          client,
          transaction ->
              either(
                  true,
                  () -> early.delete(transaction, id).thenApply(before -> null),
                  () -> table.delete(transaction, id).thenApply(before -> null)));
    }
    choice -= DELETE_PER_MILLION;
    if (choice < LOOK_PER_MILLION) {
      return run(client, this::look);
    }
    choice -= LOOK_PER_MILLION;
    return choice < CREATE_PER_MILLION ? run(client, table::create) : rebuild(client);
  }

  private CompletableFuture<Void> run(
      SimClient client, Function<Transaction, CompletableFuture<?>> body) {
    return Attempt.run(client, transaction -> noteRefusal(body.apply(transaction)))
        .thenCompose(
            attempt -> {
              counts.add(attempt);
              return attempt.pause(client);
            });
  }

  private static TableException refusal(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof TableException refused ? refused : null;
  }

  /** What a table refuses, and nobody has expected, is a violation. */
  private CompletableFuture<Void> noteRefusal(CompletableFuture<?> done) {
    return done.handle(
        (result, thrown) -> {
          TableException refused = refusal(thrown);
          if (refused != null) {
            violations.add(refused.reason() + ": " + refused.getMessage());
          } else if (thrown != null) {
            throw new CompletionException(thrown);
          }
          return null;
        });
  }

  // Writing.

  private CompletableFuture<Void> put(SimClient client) {
    List<Guest> guests = new ArrayList<>();
    long first = client.random().nextInt(rows);
    int together = client.random().nextInt(4) == 0 ? Math.min(rows, 3) : 1;
    for (int i = 0; i < together; i++) {
      guests.add(newGuest(client, (first + i) % rows));
    }
    boolean asEarly = client.random().nextBoolean();
    boolean looks = client.random().nextInt(4) == 0;
    long thinkNanos =
        client.random().nextInt(4) == 0 ? client.random().nextLong(THINK_MAX_NANOS) : 0;
    boolean putsTooLarge = client.random().nextInt(16) == 0;
    return run(
        client,
        transaction ->
            (putsTooLarge
                    ? putTooLarge(transaction, guests)
                    : CompletableFuture.<Void>completedFuture(null))
                .thenCompose(
                    refused ->
                        either(
                            asEarly,
                            () -> putEarly(transaction, guests),
                            () -> putAll(transaction, guests)))
                .handle(
                    (before, thrown) -> {
                      TableException refused = refusal(thrown);
                      if (refused != null && refused.reason() == Reason.NOT_UNIQUE) {
                        counts.count("seats that were taken", 1);
                        return expectTaken(transaction, guests);
                      }
                      if (thrown != null) {
                        return CompletableFuture.<Void>failedFuture(thrown);
                      }
                      return looks
                          ? look(transaction)
                          : CompletableFuture.<Void>completedFuture(null);
                    })
                .thenCompose(next -> next)
                .thenCompose(
                    next ->
                        thinkNanos == 0
                            ? CompletableFuture.<Void>completedFuture(null)
                            : client.pause(thinkNanos)));
  }

  private Guest newGuest(SimClient client, long id) {
    List<String> tags = new ArrayList<>();
    for (int i = client.random().nextInt(TAGS); i > 0; i--) {
      tags.add("tag" + client.random().nextInt(TAGS));
    }
    return new Guest(
        id,
        "owner" + client.random().nextInt(OWNERS),
        client.random().nextInt(4),
        client.random().nextInt(rows + 2),
        tags,
        "note");
  }

  /** Writes with the program of one age, and where that is refused with that of the other. */
  private CompletableFuture<Void> either(
      boolean asEarly,
      Supplier<CompletableFuture<Void>> early,
      Supplier<CompletableFuture<Void>> late) {
    return (asEarly ? early : late)
        .get()
        .handle(
            (done, thrown) -> {
              TableException refused = refusal(thrown);
              if (refused != null && refused.reason() == Reason.INCOMPATIBLE) {
                counts.count(asEarly ? "early programs refused" : "late programs refused", 1);
                return (asEarly ? late : early).get();
              }
              return thrown == null
                  ? CompletableFuture.<Void>completedFuture(null)
                  : CompletableFuture.<Void>failedFuture(thrown);
            })
        .thenCompose(next -> next);
  }

  private CompletableFuture<Void> putAll(Transaction transaction, List<Guest> guests) {
    return guests.size() == 1
        ? table.put(transaction, guests.get(0)).thenApply(before -> null)
        : table.putAll(transaction, guests).thenApply(before -> null);
  }

  /** What is refused leaves nothing in the transaction, of any of the rows, and that goes on. */
  private CompletableFuture<Void> putTooLarge(Transaction transaction, List<Guest> guests) {
    List<Guest> others =
        guests.stream()
            .map(one -> new Guest(one.id(), "none", one.rank(), one.seat(), List.of("none"), NOTE))
            .toList();
    return putAll(transaction, others)
        .handle(
            (done, thrown) -> {
              TableException refused = refusal(thrown);
              if (thrown == null) {
                violations.add("rows were put that are too large: " + guests);
              } else if (refused == null) {
                throw new CompletionException(thrown);
              } else if (refused.reason() == Reason.ROW_TOO_LARGE) {
                counts.count("rows that were too large", 1);
              } else if (refused.reason() != Reason.INCOMPATIBLE) {
                throw refused;
              }
              return null;
            });
  }

  /** As a program that does not know of notes; there must be none that it writes over. */
  private CompletableFuture<Void> putEarly(Transaction transaction, List<Guest> guests) {
    List<EarlyGuest> rows = guests.stream().map(Guest::withoutNote).toList();
    return table
        .getAll(transaction, guests.stream().map(Guest::id).toList())
        .thenCompose(
            before ->
                early
                    .putAll(transaction, rows)
                    .thenAccept(
                        done -> {
                          for (Guest lost : before) {
                            if (lost != null && lost.note() != null) {
                              violations.add("an early program wrote over the note of " + lost);
                            }
                          }
                        }));
  }

  private CompletableFuture<Void> expectTaken(Transaction transaction, List<Guest> guests) {
    List<Long> ids = guests.stream().map(Guest::id).toList();
    long seats = guests.stream().mapToLong(Guest::seat).distinct().count();
    return table
        .scan()
        .page(transaction)
        .thenAccept(
            page -> {
              boolean taken =
                  page.found().stream()
                      .filter(one -> !ids.contains(one.id()))
                      .anyMatch(
                          one -> guests.stream().anyMatch(guest -> guest.seat() == one.seat()));
              if (!taken && seats == guests.size()) {
                violations.add(guests + " were refused, and there are " + page.found());
              }
            });
  }

  /** Drops an index, adds it, builds it for a little, or goes through all of them. */
  private CompletableFuture<Void> rebuild(SimClient client) {
    String index = client.random().nextBoolean() ? REBUILT : REBUILT_TOO;
    int way = client.random().nextInt(7);
    if (way == 0) {
      return run(client, transaction -> table.dropIndex(transaction, index));
    }
    if (way <= 2) {
      return run(client, transaction -> table.addIndex(transaction, index));
    }
    if (way == 3) {
      return builds(table.newIndexBuild(client.database(), index, LARGE).run());
    }
    if (way == 4) {
      return scrub(client);
    }
    return builds(table.newIndexBuild(client.database(), index, SMALL).stepOnce());
  }

  /**
   * Nothing but the table writes here, so it has nothing to repair, whatever becomes of indexes.
   */
  private CompletableFuture<Void> scrub(SimClient client) {
    return noteRefusal(
        table
            .newScrub(client.database(), true, SLOW)
            .run()
            .handle(
                (report, thrown) -> {
                  TableException refused = refusal(thrown);
                  if (thrown == null) {
                    counts.count("scrubs that ended", 1);
                    if (!report.isClean()) {
                      violations.add("a scrub beside others says " + report);
                    }
                  } else if (refused == null) {
                    counts.count("scrubs that failed: " + Attempt.code(thrown).label(), 1);
                  } else if (refused.reason() != Reason.INCOMPATIBLE) {
                    throw refused;
                  }
                  return null;
                }));
  }

  private CompletableFuture<Void> builds(CompletableFuture<IndexBuild.Progress> build) {
    return noteRefusal(
        build.handle(
            (progress, thrown) -> {
              TableException refused = refusal(thrown);
              if (thrown == null) {
                counts.count(progress.finished() ? "builds that ended" : "builds that went on", 1);
              } else if (refused == null) {
                counts.count("builds that failed: " + Attempt.code(thrown).label(), 1);
              } else if (refused.reason() != Reason.INDEX_NOT_READABLE) {
                throw refused;
              }
              return null;
            }));
  }

  // Looking.

  private CompletableFuture<Void> look(Transaction transaction) {
    return table
        .scan()
        .page(transaction)
        .thenCompose(
            page -> {
              List<Guest> guests = page.found();
              String owner = "owner" + guests.size() % OWNERS;
              long seat = guests.size() / 2;
              return CompletableFuture.allOf(
                  lookAt(transaction, guests, OWNER),
                  lookAt(transaction, guests, SEAT),
                  lookAt(transaction, guests, TAG),
                  lookAt(transaction, guests, REBUILT),
                  lookAt(transaction, guests, REBUILT_TOO),
                  lookAtOwner(transaction, guests, owner),
                  lookAtSeat(transaction, guests, seat));
            });
  }

  private static List<Tuple> expected(List<Guest> guests, String index) {
    TreeSet<Tuple> entries = new TreeSet<>();
    for (Guest guest : guests) {
      switch (index) {
        case OWNER -> entries.add(Tuple.from(guest.owner(), guest.rank(), guest.id()));
        case SEAT -> entries.add(Tuple.from(guest.seat(), guest.id(), guest.owner()));
        case REBUILT_TOO -> entries.add(Tuple.from(guest.seat(), guest.rank(), guest.id()));
        case TAG -> guest.tags().forEach(tag -> entries.add(Tuple.from(tag, guest.id())));
        default -> {
          if (guest.isEven()) {
            entries.add(Tuple.from(guest.rank(), guest.id(), guest.owner(), guest.seat()));
          }
        }
      }
    }
    return List.copyOf(entries);
  }

  private static Tuple tuple(IndexEntry<Long> entry) {
    return entry.values().add(entry.key()).addAll(entry.covered());
  }

  private CompletableFuture<Void> lookAt(
      Transaction transaction, List<Guest> guests, String index) {
    return table
        .query(index)
        .entries(transaction, null)
        .handle(
            (page, thrown) -> {
              TableException refused = refusal(thrown);
              if (refused != null && refused.reason() == Reason.INDEX_NOT_READABLE) {
                counts.count("looks at what cannot be read", 1);
                return null;
              }
              if (thrown != null) {
                throw new CompletionException(thrown);
              }
              List<Tuple> found = page.found().stream().map(TableWorkload::tuple).toList();
              if (!found.equals(expected(guests, index))) {
                violations.add(
                    "the index " + index + " has " + found + ", and the rows are " + guests);
              }
              return null;
            });
  }

  private CompletableFuture<Void> lookAtOwner(
      Transaction transaction, List<Guest> guests, String owner) {
    return table
        .query(OWNER)
        .equalTo(owner)
        .page(transaction)
        .thenAccept(
            page -> {
              List<Guest> theirs =
                  guests.stream().filter(one -> one.owner().equals(owner)).toList();
              if (page.found().size() != theirs.size() || !theirs.containsAll(page.found())) {
                violations.add(owner + " has " + page.found() + ", and the rows are " + guests);
              }
            });
  }

  private CompletableFuture<Void> lookAtSeat(
      Transaction transaction, List<Guest> guests, long seat) {
    return table
        .getBy(transaction, SEAT, seat)
        .thenAccept(
            found -> {
              List<Guest> there = guests.stream().filter(one -> one.seat() == seat).toList();
              if (!there.equals(found == null ? List.of() : List.of(found))) {
                violations.add("in seat " + seat + " is " + found + ", not " + there);
              }
            });
  }

  // The end.

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client
        .patiently(table::create)
        .thenCompose(created -> addAndBuild(client, REBUILT))
        .thenCompose(built -> addAndBuild(client, REBUILT_TOO))
        .thenCompose(built -> client.patiently(transaction -> noteRefusal(lookAtAll(transaction))))
        .thenCompose(
            looked -> table.newScrub(client.database(), false, PassOptions.defaults()).run())
        .thenApply(
            report -> {
              if (!report.isClean()) {
                violations.add("rows and indexes do not agree: " + report);
              }
              counts.count("rows", report.rows());
              return violations;
            });
  }

  private CompletableFuture<IndexBuild.Progress> addAndBuild(SimClient client, String index) {
    return client
        .patiently(transaction -> table.addIndex(transaction, index))
        .thenCompose(
            state -> table.newIndexBuild(client.database(), index, PassOptions.defaults()).run());
  }

  /** As {@link #look}; and there is nothing besides, such as of an index that was dropped. */
  private CompletableFuture<Void> lookAtAll(Transaction transaction) {
    return look(transaction)
        .thenCompose(looked -> table.scan().page(transaction))
        .thenCombine(
            transaction.getRange(keys.all()).asList(),
            (page, found) -> {
              int wanted = 1 + page.found().size();
              for (String index : List.of(OWNER, SEAT, TAG, REBUILT, REBUILT_TOO)) {
                wanted += expected(page.found(), index).size();
              }
              if (found.size() != wanted) {
                violations.add("there are " + found.size() + " keys and not " + wanted);
              }
              return null;
            });
  }
}
