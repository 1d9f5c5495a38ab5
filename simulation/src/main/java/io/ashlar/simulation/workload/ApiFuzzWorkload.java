package io.ashlar.simulation.workload;

import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.ApiModel;
import io.ashlar.simulation.check.Ledger;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Calls of the client's interface as no one in his right mind would make them: with illegal
 * arguments, in the wrong state, in any order, on connections that are closed. Each has exactly the
 * error that its documentation says, or none; and what was committed beside it is there, once.
 */
public final class ApiFuzzWorkload implements Workload {
  private static final int CLOSED_PER_MILLION = 20_000;
  private static final int FUNCTIONS_PER_MILLION = 40_000;
  private static final int NARROW_PER_MILLION = 250_000;
  private static final int TIMEOUT_PER_MILLION = 100_000;

  /** A client's further connection, with room for few watches and options of its own. */
  private record Narrow(Database database, ApiWatches watches) {}

  private final KeySpace keys;
  private final int watchesMax;
  private final Ledger ledger = new Ledger();
  private final WorkloadCounts counts = new WorkloadCounts();
  private final Violations violations = new Violations();

  /** By the number of their client. */
  private final Map<Integer, Narrow> narrow = new TreeMap<>();

  private long lastId;
  private long recentVersion = ApiModel.FIRST_VERSION;

  /**
   * @param watchesMax how many watches there is room for on some connections
   */
  public ApiFuzzWorkload(KeySpace keys, int watchesMax) {
    this.keys = keys;
    this.watchesMax = watchesMax;
  }

  @Override
  public String name() {
    return "api-fuzz";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    long id = ++lastId;
    SeededRandom random = client.random().fork("api-fuzz " + id);
    if (random.chance(CLOSED_PER_MILLION)) {
      return counted(new ApiFuzzConnection(id, client, violations).useClosed());
    }
    if (random.chance(FUNCTIONS_PER_MILLION)) {
      return counted(new ApiFuzzConnection(id, client, violations).giveFunctions());
    }
    boolean isNarrow = random.chance(NARROW_PER_MILLION);
    Narrow few = isNarrow ? narrowOf(client) : null;
    Database database = isNarrow ? few.database : client.database();
    ApiWatches watches = isNarrow ? few.watches : new ApiWatches(Integer.MAX_VALUE);
    Transaction transaction = database.createTransaction();
    DatabaseOptions options = database.options();
    boolean mayTimeOut =
        options.transactionTimeoutMillis() > 0 && random.chance(TIMEOUT_PER_MILLION);
    if (!mayTimeOut) {
      transaction.options().setTimeout(0);
    }
    ApiModel model = new ApiModel(options, mayTimeOut);
    ApiFuzzTransaction fuzz =
        new ApiFuzzTransaction(
            id,
            transaction,
            model,
            new ApiDraws(home(), random.fork("arguments")),
            random,
            client::pause,
            new Deeds(),
            watches,
            violations);
    return counted(fuzz.run().thenApply(done -> fuzz.calls()));
  }

  private CompletableFuture<Void> counted(CompletableFuture<ApiCalls> done) {
    return done.thenAccept(
        calls -> {
          counts.count("calls", calls.made());
          counts.count("calls that were refused", calls.refused());
        });
  }

  private Narrow narrowOf(SimClient client) {
    return narrow.computeIfAbsent(
        client.number(),
        number ->
            new Narrow(
                client.connect(narrowed(client.database().options(), client.random())),
                new ApiWatches(watchesMax)));
  }

  /** Options that a program may choose for all of its transactions. */
  private DatabaseOptions narrowed(DatabaseOptions options, SeededRandom ofClient) {
    SeededRandom random = ofClient.fork("options of a narrow connection");
    DatabaseOptions narrowed = options.withWatchesMax(watchesMax);
    if (random.nextInt(2) == 0) {
      narrowed = narrowed.withTransactionRetryLimit(random.nextInt(-1, 3));
    }
    if (random.nextInt(3) == 0) {
      long[] limits = {32, 200, 5_000, 120_000};
      narrowed = narrowed.withTransactionSizeLimitBytes(limits[random.nextInt(limits.length)]);
    }
    if (random.nextInt(3) == 0) {
      narrowed = narrowed.withTransactionMaxRetryDelayMillis(random.nextInt(3));
    }
    return narrowed
        .withIdempotent(random.nextInt(3) == 0)
        .withCausalReadRisky(random.nextInt(3) == 0)
        .withSnapshotReadYourWrites(random.nextInt(3) != 0);
  }

  /** Everything but the last place, where the deeds are. */
  private KeyRange home() {
    return new KeyRange(keys.begin(), Bytes.of(keys.end() - 1));
  }

  private final class Deeds implements ApiFuzzTransaction.Deeds {
    @Override
    public long begin() {
      return ledger.begin();
    }

    @Override
    public byte[] key(long deed) {
      return keys.last(deed);
    }

    @Override
    public void end(long deed, Outcome outcome) {
      if (outcome != Outcome.OPEN) {
        ledger.end(deed, outcome);
      }
    }

    @Override
    public void ended(Attempt attempt) {
      counts.add(attempt);
    }

    @Override
    public long recentVersion() {
      return recentVersion;
    }

    @Override
    public void sawVersion(long version) {
      recentVersion = Math.max(recentVersion, version);
    }
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    byte[] begin = home().end().toArray();
    byte[] end = keys.behind().toArray();
    return client
        .patiently(transaction -> transaction.getRange(new Range(begin, end)).asList())
        .thenApply(
            rows -> {
              List<Long> found = new ArrayList<>();
              for (KeyValue row : rows) {
                found.add(deedOf(row));
              }
              counts.settle(ledger, found);
              violations.addAll(ledger.check(found));
              return violations;
            });
  }

  private long deedOf(KeyValue row) {
    if (row.getValue().length != Long.BYTES) {
      violations.add("a mark is " + row);
      return 0;
    }
    return Encoding.bigEndian(row.getValue());
  }
}
