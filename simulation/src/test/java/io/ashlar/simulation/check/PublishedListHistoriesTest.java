package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Histories of appends to lists that others have labelled: those of the tests of Elle
 * (https://github.com/jepsen-io/elle, list_append_test.clj), among them figure 3 of Adya, Liskov
 * and O'Neil, and what makes a cycle of the kinds that Adya names.
 *
 * <p>They say what clients did and saw, and not in which order the store did it. Our checkers are
 * told an order; so a history is serializable when there is one that they accept, and it is not
 * when they refuse every one.
 *
 * <p>A transaction is written as there: {@code ax1} appends 1 to x, {@code ry12} reads that y is 1,
 * 2, {@code rx} that there is no x. One that begins with ! has failed, with ? is in doubt.
 */
class PublishedListHistoriesTest {
  private record Operation(boolean isAppend, String list, String elements) {}

  /** A transaction of the notation. */
  private record Written(Outcome outcome, List<Operation> operations) {
    static Written of(String text) {
      Outcome outcome =
          switch (text.charAt(0)) {
            case '!' -> Outcome.FAILED;
            case '?' -> Outcome.UNKNOWN;
            default -> Outcome.COMMITTED;
          };
      List<Operation> operations = new ArrayList<>();
      for (int i = outcome == Outcome.COMMITTED ? 0 : 1; i < text.length(); ) {
        int end = i + 2;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
          end++;
        }
        operations.add(
            new Operation(
                text.charAt(i) == 'a', text.substring(i + 1, i + 2), text.substring(i + 2, end)));
        i = end;
      }
      return new Written(outcome, operations);
    }
  }

  private static Step step(Operation operation) {
    Bytes key = Bytes.utf8(operation.list);
    Bytes elements = Bytes.utf8(operation.elements);
    return operation.isAppend
        ? new Step.Write(new Mutation(MutationType.APPEND_IF_FITS, key, elements))
        : new Step.PointRead(key, elements.isEmpty() ? null : elements, false);
  }

  /** Whether the checker accepts the transactions of {@code order}, and no others, one by one. */
  private static boolean isSerial(List<Written> all, List<Integer> order) {
    List<TransactionRecord> history = new ArrayList<>();
    Map<Long, Stamp> markers = new TreeMap<>();
    ModelStore model = new ModelStore();
    for (int id = 0; id < all.size(); id++) {
      Written each = all.get(id);
      int place = order.indexOf(id);
      long version = 10L * (place + 1);
      Stamp stamp = place < 0 ? null : new Stamp(version, 0);
      if (stamp != null) {
        markers.put((long) id, stamp);
      }
      history.add(
          new TransactionRecord(
              id,
              1,
              100,
              place < 0 ? -1 : version - 1,
              each.operations.stream().map(PublishedListHistoriesTest::step).toList(),
              each.outcome,
              each.outcome == Outcome.COMMITTED ? stamp : null));
    }
    for (int id : order) {
      for (Operation operation : all.get(id).operations) {
        if (step(operation) instanceof Step.Write write) {
          model.apply(write.mutation());
        }
      }
    }
    List<KeyValue> rows = model.all();
    return new SerializabilityChecker().check(Map.of(), history, markers, rows).isEmpty();
  }

  /** Tries all orders of all who were committed, and of some or all who are in doubt. */
  private static boolean isSerializable(List<Written> all, List<Integer> order) {
    boolean isWhole = true;
    for (int id = 0; id < all.size(); id++) {
      isWhole &= all.get(id).outcome != Outcome.COMMITTED || order.contains(id);
    }
    if (isWhole && isSerial(all, order)) {
      return true;
    }
    for (int id = 0; id < all.size(); id++) {
      if (!order.contains(id) && all.get(id).outcome != Outcome.FAILED) {
        List<Integer> longer = new ArrayList<>(order);
        longer.add(id);
        if (isSerializable(all, longer)) {
          return true;
        }
      }
    }
    return false;
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource({
    "nothing, true, ''",
    "one append, true, ax1",
    "one read of nothing, true, rx",
    "append and read, true, ax1 rx1",
    "read of nothing and append and read, true, rx ax1 rx1",
    "two appends in the order of the read, true, ax2 ax1 rx12",
    "figure 3 of Adya Liskov and O'Neil, true, az1ax1ay1 rx1ay2 ry12az3 rz13",
    "appends without reads, true, rx ax1 ax2",
    "a read in the middle of its own appends, true, ax1rx1ax2",
    "reads that follow own appends, true, ay5ay6 ax1ax2 ry56ax3rx123ax4rx1234",
    "one in doubt that was done, true, ?ax2 ax1ay1 rx12ry1",
    "one in doubt that was not done, true, ?ax2 ax1ay1 rx1ry1",
    "G0, false, ax1ay1 ax2ay2 rx12ry21",
    "G1a, false, rx1ax2 !ax1",
    "G1a among others, false, rx1ax2 rx12ry3 ay3 !ax1",
    "G1b, false, rx1 rx12ry3 ax1ax2 rx123 ay3 ax3",
    "G1c, false, ax1ry1 ax2ay1 rx12",
    "G2, false, rxay1 ryax1 rx1ry1",
    "a stale read of oneself, false, ax1ax2 rx12ax3rx12",
    "another prefix than before, false, ax0 ax1ax2 rx12ax3rx023",
    "more than oneself has appended, false, ax1ax2 ax4 rx12ax3rx1234",
    "less than was there before, false, ax1ax2 rx12ax3rx1",
    "nothing where oneself has appended, false, ax1 ax3rx",
    "what one appends later oneself, false, ax0 ax2 rx012ax1",
    "one in doubt seen and not seen, false, ?ax1ay1 rx1ry",
  })
  void theCheckerAgreesWithTheLabel(String label, boolean isSerializable, String transactions) {
    List<Written> all = new ArrayList<>();
    for (String text : transactions.split(" ", -1)) {
      if (!text.isEmpty()) {
        all.add(Written.of(text));
      }
    }
    assertThat(isSerializable(all, List.of())).as(label).isEqualTo(isSerializable);
  }
}
