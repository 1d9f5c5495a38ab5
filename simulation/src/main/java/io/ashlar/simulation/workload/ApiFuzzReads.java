package io.ashlar.simulation.workload;

import io.ashlar.client.AsyncIterable;
import io.ashlar.client.KeySelector;
import io.ashlar.client.KeyValue;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.StreamingMode;
import io.ashlar.client.Transaction;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.ApiModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The reads of a transaction on which calls of any kind are made. */
final class ApiFuzzReads {
  private static final int ROWS_OF_OTHERS_MAX = 5;

  private final Transaction transaction;
  private final ApiModel model;
  private final ApiDraws draws;
  private final SeededRandom random;
  private final ApiFuzzTransaction.Deeds deeds;
  private final ApiCalls calls;

  ApiFuzzReads(
      Transaction transaction,
      ApiModel model,
      ApiDraws draws,
      SeededRandom random,
      ApiFuzzTransaction.Deeds deeds,
      ApiCalls calls) {
    this.transaction = transaction;
    this.model = model;
    this.draws = draws;
    this.random = random;
    this.deeds = deeds;
    this.calls = calls;
  }

  ReadTransaction reader(boolean snapshot) {
    return snapshot ? transaction.snapshot() : transaction;
  }

  void get() {
    boolean snapshot = random.nextBoolean();
    byte[] key = draws.key();
    calls.later(
        "get " + ApiCalls.shown(key),
        model.get(key, snapshot),
        () -> reader(snapshot).get(key),
        (value, thrown) -> {},
        key);
  }

  void getMany() {
    boolean snapshot = random.nextBoolean();
    List<byte[]> keys = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      keys.add(draws.key());
    }
    List<byte[]> asked = random.nextInt(30) == 0 ? null : keys;
    StringBuilder text = new StringBuilder("getMany");
    keys.forEach(key -> text.append(' ').append(ApiCalls.shown(key)));
    calls.later(
        text.toString(),
        model.getMany(asked, snapshot),
        () -> reader(snapshot).getMany(asked),
        (values, thrown) -> {
          if (thrown == null && values.size() != keys.size()) {
            calls.complain(text.toString(), "gave " + values.size() + " values");
          }
        },
        keys.toArray(new byte[0][]));
  }

  void getKey() {
    boolean snapshot = random.nextBoolean();
    KeySelector selector = draws.selector();
    calls.later(
        "getKey " + selector,
        model.getKey(selector, snapshot),
        () -> reader(snapshot).getKey(selector),
        (key, thrown) -> {});
  }

  /** Counts further than there are keys: the outcome is known. */
  void getFarKey() {
    if (model.hasWrites() && random.nextInt(10) != 0) {
      // Over own writes the rows have to travel.
      return;
    }
    boolean snapshot = random.nextBoolean();
    boolean forward = random.nextBoolean();
    int offset =
        forward ? Integer.MAX_VALUE - random.nextInt(2) : Integer.MIN_VALUE + random.nextInt(2);
    KeySelector selector = new KeySelector(draws.homeKey(), random.nextBoolean(), offset);
    byte[] farthest = model.farthest(forward);
    calls.later(
        "getKey " + selector,
        model.getKey(selector, snapshot),
        () -> reader(snapshot).getKey(selector),
        (key, thrown) -> {
          if (thrown == null && !Arrays.equals(key, farthest)) {
            calls.complain("getKey " + selector, "gave " + ApiCalls.shown(key));
          }
        });
  }

  void getRange() {
    boolean snapshot = random.nextBoolean();
    KeySelector begin = draws.selector();
    KeySelector end = draws.selector();
    boolean reverse = random.nextBoolean();
    StreamingMode[] modes = StreamingMode.values();
    StreamingMode mode = random.nextInt(40) == 0 ? null : modes[random.nextInt(modes.length)];
    int drawn = draws.limit();
    boolean isHome =
        begin != null && end != null && draws.isHome(begin.getKey()) && draws.isHome(end.getKey());
    int limit = isHome || drawn < 0 ? drawn : Math.min(drawn, ROWS_OF_OTHERS_MAX);
    if (!isHome && limit == 0 && mode != StreamingMode.EXACT) {
      limit = ROWS_OF_OTHERS_MAX;
    }
    int rowsMax = limit;
    String text = "getRange " + begin + " " + end + " " + limit + " " + reverse + " " + mode;
    calls.later(
        text,
        model.getRange(begin, end, limit, mode, snapshot),
        () -> {
          AsyncIterable<KeyValue> rows =
              reader(snapshot).getRange(begin, end, rowsMax, reverse, mode);
          return random.nextBoolean() ? rows.asList() : RowByRow.all(rows.iterator());
        },
        (rows, thrown) -> {
          if (thrown == null && rowsMax > 0 && rows.size() > rowsMax) {
            calls.complain(text, "gave " + rows.size() + " rows");
          }
        });
  }

  void readVersion() {
    calls.later(
        "getReadVersion",
        model.getReadVersion(),
        transaction::getReadVersion,
        (version, thrown) -> {
          if (thrown == null && version <= 0) {
            calls.complain("getReadVersion", "gave " + version);
          }
          if (thrown == null && version < ApiModel.FUTURE_VERSION) {
            deeds.sawVersion(version);
          }
        });
  }
}
