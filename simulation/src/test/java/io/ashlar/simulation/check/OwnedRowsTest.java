package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnedRowsTest {
  private static final Stamp STAMP = new Stamp(50, 1);
  private final OwnedRows owned = new OwnedRows(Map.of(key("a"), key("1")));

  private static Bytes key(String text) {
    return Bytes.utf8(text);
  }

  private static List<Mutation> sets(String key, String value) {
    return List.of(Mutation.set(key(key), key(value)));
  }

  @Test
  void isAsItWasOrAsATransactionInDoubtHasMadeIt() {
    owned.committing(7, sets("a", "2"));
    assertThat(owned.isSettled()).isFalse();
    assertThat(owned.compare(0, null, Map.of(key("a"), key("1")))).isNull();
    assertThat(owned.compare(7, STAMP, Map.of(key("a"), key("2")))).isNull();
    assertThat(owned.compare(7, STAMP, Map.of(key("a"), key("1")))).contains("a is 1", "be 2");
    assertThat(owned.compare(0, null, Map.of(key("a"), key("2")))).contains("a is 2", "be 1");
  }

  @Test
  void findsAWriterThatIsNobody() {
    assertThat(owned.compare(9, STAMP, Map.of(key("a"), key("1")))).contains("transaction 9");
  }

  @Test
  void findsATransactionThatFailedAndCame() {
    owned.committing(7, sets("a", "2"));
    owned.failed();
    assertThat(owned.compare(7, STAMP, Map.of(key("a"), key("2")))).contains("transaction 7");
  }

  @Test
  void findsACommittedTransactionThatIsNotThere() {
    owned.committing(7, sets("a", "2"));
    owned.committed(STAMP);
    assertThat(owned.compare(0, null, Map.of(key("a"), key("1")))).contains("transaction 0");
    assertThat(owned.compare(7, STAMP, Map.of(key("a"), key("2")))).isNull();
  }

  @Test
  void findsRowsThatAreTooManyOrLost() {
    assertThat(owned.compare(0, null, Map.of())).contains("a is null");
    assertThat(owned.compare(0, null, Map.of(key("a"), key("1"), key("b"), key("x"))))
        .contains("b is x");
  }

  @Test
  void fillsInTheStampThatWasFound() {
    Bytes template = StampedTemplate.of(key("k"), key("z"));
    owned.committing(
        7,
        List.of(
            new Mutation(MutationType.SET_VERSIONSTAMPED_KEY, template, key("v")),
            new Mutation(MutationType.SET_VERSIONSTAMPED_VALUE, key("a"), template)));
    Bytes filled = key("k").concat(STAMP.toBytes()).concat(key("z"));
    assertThat(owned.compare(7, STAMP, Map.of(key("a"), filled, filled, key("v")))).isNull();
    assertThat(owned.compare(7, new Stamp(50, 2), Map.of(key("a"), filled, filled, key("v"))))
        .contains("should be");
  }

  @Test
  void knowsWhatIsThereWhenTheDoubtIsSettled() {
    owned.committing(7, sets("a", "2"));
    owned.settling(8, 7, STAMP);
    owned.settled(8);
    assertThat(owned.rows()).containsEntry(key("a"), key("2"));
    assertThat(owned.compare(8, STAMP, Map.of(key("a"), key("2")))).isNull();

    owned.committing(9, sets("a", "3"));
    owned.settling(10, 8, STAMP);
    owned.settled(10);
    assertThat(owned.rows()).containsEntry(key("a"), key("2"));
    assertThat(owned.compare(9, STAMP, Map.of(key("a"), key("3")))).contains("transaction 9");
    assertThat(owned.compare(8, STAMP, Map.of(key("a"), key("2")))).contains("transaction 8");
  }

  @Test
  void whatEndsTheDoubtMayBeInDoubtItself() {
    owned.committing(7, sets("a", "2"));
    owned.settling(8, 7, STAMP);
    Stamp later = new Stamp(60, 0);
    // Number 8 has not come: 7 has, or has not.
    assertThat(owned.compare(0, null, Map.of(key("a"), key("1")))).isNull();
    assertThat(owned.compare(7, STAMP, Map.of(key("a"), key("2")))).isNull();
    // Number 8 has come, which had found what 7 did.
    assertThat(owned.compare(8, later, Map.of(key("a"), key("2")))).isNull();
    assertThat(owned.compare(8, later, Map.of(key("a"), key("1")))).contains("a is 1", "be 2");

    owned.settling(9, 8, later);
    owned.settled(9);
    assertThat(owned.rows()).containsEntry(key("a"), key("2"));
  }

  @Test
  void aStampOfTheTransactionInDoubtIsTheOneThatWasFoundBesideIt() {
    Bytes template = StampedTemplate.of(key("k"), key("z"));
    owned.committing(
        7, List.of(new Mutation(MutationType.SET_VERSIONSTAMPED_VALUE, key("a"), template)));
    owned.settling(8, 7, STAMP);
    Bytes filled = key("k").concat(STAMP.toBytes()).concat(key("z"));
    assertThat(owned.compare(8, new Stamp(60, 0), Map.of(key("a"), filled))).isNull();
  }

  @Test
  void findsOneThatWasToEndTheDoubtAndCameAfterAll() {
    owned.committing(7, sets("a", "2"));
    owned.settling(8, 0, null);
    owned.gaveUp(8);
    assertThat(owned.compare(8, STAMP, Map.of(key("a"), key("1")))).contains("transaction 8");
  }
}
