package io.ashlar.server.configure;

import io.ashlar.client.Database;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.control.ClusterConfiguration;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.core.Setting;
import io.ashlar.core.StoreTime;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Json;
import io.ashlar.server.StoreChoice;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ashlar configure}. */
@Command(
    name = "configure",
    mixinStandardHelpOptions = true,
    description = {
      "Changes how many of each role a database has, and in how many zones its log is kept, while it"
          + " serves.",
      "Without words it shows what there is. Ends with 1 when what was asked for cannot be yet."
    },
    footer = {"", "Example: ashlar configure double logs=4 proxies=2 --cluster ashlar.cluster"})
public final class ConfigureCommand implements Callable<Integer> {
  private static final long LOOK_MILLIS = 50;
  private static final long TELL_AFTER_MILLIS = 2_000;

  @Spec private CommandSpec spec;

  @Mixin private StoreChoice store;

  @Parameters(
      paramLabel = "WORD",
      arity = "0..*",
      description = {
        "single, double or triple: in how many zones everything is kept, the log at once and what is stored"
            + " once it has been copied.",
        "logs=N, proxies=N, commit_proxies=N, read_version_proxies=N, resolvers=N: how many there are.",
        "antiquorum=N: how many log servers a commit need not wait for; at most the copies less two.",
        "storage_replication=N: in how many zones what is stored is kept, if not in as many as the log."
      })
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long to wait until the database has it. Default: 60")
  private long timeoutSeconds;

  @Option(names = "--json", description = "Answers with one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    if (timeoutSeconds < 1) {
      throw new ParameterException(
          spec.commandLine(), "--timeout must be 1 or more seconds, not " + timeoutSeconds);
    }
    WantedSettings wanted = WantedSettings.parse(words);
    try (Database database =
        store.open(spec.commandLine().getErr(), TimeUnit.SECONDS.toMillis(timeoutSeconds))) {
      return words.isEmpty() ? show(database) : change(database, wanted);
    }
  }

  private int show(Database database) {
    Present present = database.read(Present::of);
    answer(present, "");
    return ExitCodes.OK;
  }

  private int change(Database database, WantedSettings wanted) throws InterruptedException {
    Asked asked =
        database.run(
            transaction -> {
              transaction.options().setTimeout(TimeUnit.SECONDS.toMillis(timeoutSeconds));
              transaction.options().setAccessSystemKeys();
              return ask(transaction, wanted);
            });
    Present present = await(database, asked);
    boolean isMet = present.settings.equals(asked.settings);
    answer(present, isMet ? "" : "asked for " + WantedSettings.inWords(asked.settings) + ", and ");
    return isMet ? ExitCodes.OK : ExitCodes.FAILED;
  }

  /**
   * What was asked for.
   *
   * @param settings all of them
   * @param stamp of the commit, null when that was asked for before
   */
  private record Asked(Map<Setting, Integer> settings, CompletableFuture<byte[]> stamp) {
    /** Whether an epoch that began at this version knows of it. */
    boolean isBefore(long epochBegin) {
      return stamp == null || ByteBuffer.wrap(stamp.join()).getLong() < epochBegin;
    }
  }

  /** Asks for the settings, in the transaction that finds them possible. */
  private static Asked ask(Transaction transaction, WantedSettings wanted) {
    Map<Setting, Integer> before = rows(transaction, Setting::key);
    Map<Setting, Integer> present = rows(transaction, Setting::presentKey);
    present.putAll(before);
    if (present.size() < Setting.values().length) {
      throw new CommandFailedException(
          "the database does not say what it has; it is of an earlier version", ExitCodes.FAILED);
    }
    Map<Setting, Integer> all = new EnumMap<>(present);
    all.putAll(wanted.complete(present));
    try {
      ClusterConfiguration.single().with(all);
    } catch (AshlarException impossible) {
      throw new CommandFailedException(impossible.detail(), ExitCodes.FAILED, impossible);
    }
    if (all.equals(before)) {
      return new Asked(all, null);
    }
    all.forEach(
        (setting, value) ->
            transaction.set(setting.key().toArray(), setting.encode(value).toArray()));
    return new Asked(all, transaction.getVersionstamp());
  }

  private static Map<Setting, Integer> rows(
      ReadTransaction transaction, Function<Setting, Bytes> key) {
    Map<Setting, Integer> found = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      byte[] value = transaction.get(key.apply(setting).toArray()).join();
      if (value != null) {
        found.put(setting, setting.decode(Bytes.wrap(value)));
      }
    }
    return found;
  }

  /** Waits until an epoch has what was asked for, or says why it has not. */
  private Present await(Database database, Asked asked) throws InterruptedException {
    long begin = System.nanoTime();
    boolean told = false;
    while (true) {
      Present present = database.read(Present::of);
      long spentMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      boolean isOver = spentMillis > TimeUnit.SECONDS.toMillis(timeoutSeconds);
      if (asked.isBefore(present.epochBegin) || isOver) {
        return present;
      }
      if (!told && spentMillis > TELL_AFTER_MILLIS) {
        told = true;
        spec.commandLine().getErr().println("Waiting for the next epoch ...");
        spec.commandLine().getErr().flush();
      }
      awaitNews(database);
    }
  }

  /** Waits until another epoch has begun, or for a while. */
  private static void awaitNews(Database database) throws InterruptedException {
    CompletableFuture<Void> begun =
        database.run(
            transaction -> {
              transaction.options().setReadSystemKeys();
              return transaction.watch(Keys.STORE_TIME.toArray());
            });
    try {
      begun.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException nothingNew) {
      // A watch may end for many reasons: the rows are looked at in any case.
      begun.cancel(true);
    }
  }

  private void answer(Present present, String before) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json answer = Json.object();
      present.settings.forEach((setting, value) -> answer.put(setting.label(), value));
      out.println(answer.put("waits", present.waits));
    } else {
      out.println(before + "has " + WantedSettings.inWords(present.settings));
      if (present.waits != null) {
        out.println("waits: " + present.waits);
      }
    }
    out.flush();
  }

  /**
   * What the present epoch has.
   *
   * @param epochBegin its first version
   * @param waits why it has not what was asked for; null when it has
   */
  private record Present(long epochBegin, Map<Setting, Integer> settings, String waits) {
    static Present of(ReadTransaction transaction) {
      transaction.options().setReadSystemKeys();
      byte[] waits = transaction.get(Keys.CONF_WAITS.toArray()).join();
      byte[] begin = transaction.get(Keys.STORE_TIME.toArray()).join();
      return new Present(
          StoreTime.decode(Bytes.wrap(begin)).recoveryTransactionVersion(),
          rows(transaction, Setting::presentKey),
          waits == null ? null : Bytes.wrap(waits).utf8());
    }
  }
}
