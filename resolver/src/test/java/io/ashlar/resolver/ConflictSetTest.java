package io.ashlar.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.Keys;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Verdict;
import io.ashlar.message.ResolverTransaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConflictSetTest {
  private static final long RT = 1_000;
  private static final long WINDOW = 100;

  private final ConflictSet set = new ConflictSet(RT, WINDOW);

  @AfterEach
  void invariantsHold() {
    set.checkInvariants();
  }

  private static KeyRange range(String begin, String end) {
    return new KeyRange(Bytes.utf8(begin), Bytes.utf8(end));
  }

  private static KeyRange key(String key) {
    return KeyRange.ofKey(Bytes.utf8(key));
  }

  private static ResolverTransaction transaction(
      long readVersion, List<KeyRange> reads, List<KeyRange> writes) {
    return new ResolverTransaction(
        0, readVersion, KeyRanges.encode(reads), KeyRanges.encode(writes), Bytes.EMPTY);
  }

  private static ResolverTransaction reads(long readVersion, KeyRange... ranges) {
    return transaction(readVersion, List.of(ranges), List.of());
  }

  private static ResolverTransaction writes(KeyRange... ranges) {
    return transaction(RT, List.of(), List.of(ranges));
  }

  private List<Verdict> resolve(long version, ResolverTransaction... transactions) {
    List<Verdict> verdicts = new ArrayList<>();
    for (byte code : set.resolve(version, List.of(transactions))) {
      verdicts.add(Verdict.ofCode(code));
    }
    return verdicts;
  }

  private void assertConflict(boolean expected, KeyRange written, KeyRange read) {
    ConflictSet fresh = new ConflictSet(RT, WINDOW);
    fresh.resolve(RT + 10, List.of(writes(written)));
    byte[] verdict = fresh.resolve(RT + 20, List.of(reads(RT + 9, read)));
    assertThat(Verdict.ofCode(verdict[0]))
        .as("%s written, %s read", written, read)
        .isEqualTo(expected ? Verdict.CONFLICT : Verdict.COMMITTED);
    assertThat(fresh.hasConflictWithinBatch()).isFalse();
    // The same within one batch.
    ConflictSet other = new ConflictSet(RT, WINDOW);
    byte[] both = other.resolve(RT + 10, List.of(writes(written), reads(RT + 9, read)));
    assertThat(both[1]).isEqualTo(verdict[0]);
    assertThat(other.hasConflictWithinBatch()).isEqualTo(expected);
  }

  @Test
  void rangesAreHalfOpen() {
    assertConflict(true, range("b", "d"), range("c", "e"));
    assertConflict(true, range("b", "d"), range("a", "c"));
    assertConflict(true, range("b", "d"), range("a", "e"));
    assertConflict(true, range("a", "e"), range("b", "d"));
    assertConflict(true, range("b", "d"), range("b", "d"));
    assertConflict(false, range("b", "d"), range("d", "e"));
    assertConflict(false, range("b", "d"), range("a", "b"));
  }

  @Test
  void keyAndTheKeyAfterItAreTwo() {
    KeyRange after = KeyRange.ofKey(Keys.after(Bytes.utf8("k")));
    assertConflict(true, key("k"), key("k"));
    assertConflict(false, key("k"), after);
    assertConflict(false, after, key("k"));
    assertConflict(false, key("k"), new KeyRange(after.begin(), Bytes.utf8("l")));
    assertConflict(true, key("k"), new KeyRange(Bytes.utf8("j"), after.begin()));
    assertConflict(false, key("k"), range("j", "k"));
    assertConflict(true, new KeyRange(Bytes.EMPTY, after.begin()), key("k"));
  }

  @Test
  void firstKeyIsAKey() {
    assertConflict(true, KeyRange.ofKey(Bytes.EMPTY), KeyRange.ofKey(Bytes.EMPTY));
    assertConflict(false, KeyRange.ofKey(Bytes.EMPTY), KeyRange.ofKey(Bytes.of(0)));
    assertConflict(true, KeyRange.ofKey(Bytes.EMPTY), Keys.ALL);
    assertConflict(true, Keys.ALL, KeyRange.ofKey(Bytes.of(0xff, 0xfe, 0xff)));
  }

  @Test
  void emptyRangesNeitherReadNorWrite() {
    assertConflict(false, range("k", "k"), Keys.ALL);
    assertConflict(false, range("m", "c"), Keys.ALL);
    assertConflict(false, Keys.ALL, range("k", "k"));
    assertConflict(false, Keys.ALL, range("m", "c"));
    assertThat(resolve(RT + 200, reads(RT, range("k", "k"), range("m", "c"))))
        .containsExactly(Verdict.COMMITTED);
  }

  @Test
  void longestKeysAreKeptApart() {
    byte[] longest = new byte[10_000];
    Arrays.fill(longest, (byte) 'x');
    Bytes key = Bytes.copyOf(longest);
    longest[9_999] = 'y';
    Bytes next = Bytes.copyOf(longest);
    assertConflict(true, KeyRange.ofKey(key), KeyRange.ofKey(key));
    assertConflict(false, KeyRange.ofKey(key), KeyRange.ofKey(next));
    assertConflict(true, new KeyRange(key, Keys.after(next)), KeyRange.ofKey(next));
    assertConflict(false, new KeyRange(key, Keys.after(key)), new KeyRange(Keys.after(key), next));
    assertConflict(true, new KeyRange(Keys.after(key), next), new KeyRange(key, next));
  }

  @Test
  void onlyWritesAfterTheReadVersionConflict() {
    resolve(RT + 10, writes(key("k")));
    assertThat(
            resolve(
                RT + 20,
                reads(RT + 9, key("k")),
                reads(RT + 10, key("k")),
                reads(RT + 11, key("k"))))
        .containsExactly(Verdict.CONFLICT, Verdict.COMMITTED, Verdict.COMMITTED);
  }

  @Test
  void acceptedTransactionsOfTheBatchRejectLaterReaders() {
    ResolverTransaction readsAWritesB = transaction(RT, List.of(key("a")), List.of(key("b")));
    ResolverTransaction readsBWritesC = transaction(RT, List.of(key("b")), List.of(key("c")));
    ResolverTransaction readsCWritesD = transaction(RT, List.of(key("c")), List.of(key("d")));
    // The second is rejected, so what it would have written does not reject the third.
    assertThat(resolve(RT + 1, readsAWritesB, readsBWritesC, readsCWritesD))
        .containsExactly(Verdict.COMMITTED, Verdict.CONFLICT, Verdict.COMMITTED);
    assertThat(resolve(RT + 2, reads(RT, key("c")), reads(RT, key("d"))))
        .containsExactly(Verdict.COMMITTED, Verdict.CONFLICT);
  }

  @Test
  void transactionDoesNotConflictWithItself() {
    assertThat(resolve(RT + 1, transaction(RT, List.of(key("a")), List.of(key("a")))))
        .containsExactly(Verdict.COMMITTED);
  }

  @Test
  void readVersionFromTheFutureSeesNothingOfItsOwnBatch() {
    assertThat(resolve(RT + 1, writes(key("a")), reads(RT + 50, key("a"))))
        .containsExactly(Verdict.COMMITTED, Verdict.CONFLICT);
    assertThat(resolve(RT + 2, reads(RT + 1, key("a")), reads(RT + 50, key("a"))))
        .containsExactly(Verdict.COMMITTED, Verdict.COMMITTED);
  }

  @Test
  void readsBelowTheWindowAreTooOld() {
    assertThat(resolve(RT + 150, reads(RT + 49, key("a")), reads(RT + 50, key("a"))))
        .containsExactly(Verdict.TOO_OLD, Verdict.COMMITTED);
    assertThat(set.oldestVersion()).isEqualTo(RT + 50);
  }

  @Test
  void readsBelowTheRecoveryTransactionAreTooOld() {
    assertThat(resolve(RT + 1, reads(RT - 1, key("a")), reads(RT, key("a"))))
        .containsExactly(Verdict.TOO_OLD, Verdict.COMMITTED);
  }

  @Test
  void blindWritesAreNeverTooOld() {
    assertThat(resolve(RT + 500, transaction(0, List.of(), List.of(key("a")))))
        .containsExactly(Verdict.COMMITTED);
  }

  @Test
  void rejectedTransactionsWriteNothing() {
    resolve(RT + 1, transaction(RT - 1, List.of(key("a")), List.of(key("b"))));
    assertThat(resolve(RT + 2, reads(RT, key("b")))).containsExactly(Verdict.COMMITTED);
  }

  @Test
  void malformedRangesChangeNothing() {
    ResolverTransaction bad =
        new ResolverTransaction(1, RT, Bytes.EMPTY, Bytes.of(1, 'a', 5, 'b'), Bytes.EMPTY);
    assertThatThrownBy(() -> set.resolve(RT + 1, List.of(writes(key("a")), bad)))
        .isInstanceOf(MalformedException.class);
    assertThat(resolve(RT + 1, reads(RT, key("a")))).containsExactly(Verdict.COMMITTED);
  }

  @Test
  void whatIsBelowTheWindowIsForgotten() {
    for (int i = 0; i < 5_000; i++) {
      resolve(RT + 1 + i, writes(key(String.format("%08d", i * 7919 % 100_000))));
    }
    assertThat(set.boundaryCount()).isLessThan(1_500);
    for (int i = 5_000; i < 6_000; i++) {
      resolve(RT + 1 + i);
    }
    assertThat(set.boundaryCount()).isLessThan(10);
  }
}
