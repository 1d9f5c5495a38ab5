package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.client.DatabaseOptions;
import io.ashlar.client.KeySelector;
import io.ashlar.client.MutationType;
import io.ashlar.client.StreamingMode;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every error that is documented is due where it is, and nothing else is accepted in its place. */
class ApiModelTest {
  private static final byte[] KEY = {'k'};
  private static final byte[] VALUE = {'v'};
  private static final byte[] LONG = new byte[10_001];
  private static final byte[] SYSTEM = {(byte) 0xff, 'k'};
  private static final KeySelector SELECTOR = KeySelector.firstGreaterOrEqual(KEY);

  private final ApiModel model = new ApiModel(DatabaseOptions.defaults(), false);

  private static AshlarException error(ErrorCode code) {
    return new AshlarException(code);
  }

  private static void assertThrows(ApiExpectation due, ErrorCode code) {
    assertThat(due.threw(error(code))).isNull();
    assertThat(due.returned()).contains("returned where [" + code + "] was due");
    ErrorCode other = code == ErrorCode.IO_ERROR ? ErrorCode.TIMED_OUT : ErrorCode.IO_ERROR;
    assertThat(due.threw(error(other))).contains("was due");
    assertThat(due.threw(new NullPointerException("x"))).contains("was due");
  }

  private static void assertFails(ApiExpectation due, ErrorCode code) {
    assertThat(due.returned()).isNull();
    assertThat(due.ended(error(code))).isNull();
    assertThat(due.ended(null)).contains("ended well where");
    assertThat(due.ended(error(ErrorCode.IO_ERROR))).contains("io_error");
    assertThat(due.threw(error(code))).contains("where a future was due");
  }

  private static void assertReturns(ApiExpectation due) {
    assertThat(due.returned()).isNull();
    assertThat(due.threw(error(ErrorCode.KEY_TOO_LARGE))).contains("where no error was due");
  }

  private static void assertMayRead(ApiExpectation due) {
    assertThat(due.returned()).isNull();
    assertThat(due.ended(null)).isNull();
    assertThat(due.ended(error(ErrorCode.TRANSACTION_TOO_OLD))).isNull();
    assertThat(due.ended(error(ErrorCode.NOT_COMMITTED))).contains("not_committed");
    assertThat(due.threw(error(ErrorCode.TRANSACTION_TOO_OLD))).contains("a future was due");
  }

  private static void assertNull(ApiExpectation due) {
    assertThat(due.threw(new NullPointerException("x"))).isNull();
    assertThat(due.threw(error(ErrorCode.KEY_TOO_LARGE))).contains("for a null");
    assertThat(due.returned()).contains("returned where a NullPointerException was due");
  }

  @Test
  void aNullIsThrownAtOnceInEveryState() {
    for (int round = 0; round < 2; round++) {
      assertNull(model.get(null, false));
      assertNull(model.getMany(Arrays.asList(KEY, null), false));
      assertNull(model.getKey(null, false));
      assertNull(model.getRange(SELECTOR, null, 0, StreamingMode.SMALL, false));
      assertNull(model.getRange(SELECTOR, SELECTOR, 0, null, false));
      assertNull(model.watch(null, false));
      assertNull(model.set(KEY, null));
      assertNull(model.clear(null));
      assertNull(model.clear(KEY, null));
      assertNull(model.mutate(null, KEY, VALUE));
      assertNull(model.addReadConflictKey(null));
      assertNull(model.addReadConflictRange(null, KEY));
      assertNull(model.addWriteConflictKey(null));
      assertNull(model.addWriteConflictRange(KEY, null));
      assertNull(model.onError(null));
      model.cancel();
    }
  }

  @Test
  void argumentsAreJudgedByWhatTheyAre() {
    assertFails(model.get(LONG, false), ErrorCode.KEY_TOO_LARGE);
    assertFails(model.get(SYSTEM, false), ErrorCode.KEY_OUTSIDE_LEGAL_RANGE);
    assertFails(model.getMany(List.of(KEY, SYSTEM), false), ErrorCode.KEY_OUTSIDE_LEGAL_RANGE);
    assertMayRead(model.getKey(KeySelector.lastLessThan(LONG), false));
    assertFails(
        model.getKey(KeySelector.lastLessThan(new byte[10_002]), false), ErrorCode.KEY_TOO_LARGE);
    assertFails(
        model.getRange(SELECTOR, SELECTOR, -1, StreamingMode.EXACT, false),
        ErrorCode.RANGE_LIMITS_INVALID);
    assertFails(
        model.getRange(SELECTOR, SELECTOR, 0, StreamingMode.EXACT, false),
        ErrorCode.EXACT_MODE_WITHOUT_LIMITS);
    assertThrows(model.set(LONG, VALUE), ErrorCode.KEY_TOO_LARGE);
    assertThrows(model.set(KEY, new byte[100_001]), ErrorCode.VALUE_TOO_LARGE);
    assertThrows(model.clear(SYSTEM), ErrorCode.KEY_OUTSIDE_LEGAL_RANGE);
    assertThrows(model.clear(KEY, new byte[] {'a'}), ErrorCode.INVERTED_RANGE);
    assertThrows(model.addWriteConflictRange(KEY, new byte[] {'a'}), ErrorCode.INVERTED_RANGE);
    assertThrows(
        model.mutate(MutationType.SET_VERSIONSTAMPED_KEY, new byte[13], VALUE),
        ErrorCode.INVALID_VERSIONSTAMP_OFFSET);
    assertThrows(
        model.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, LONG, new byte[13]),
        ErrorCode.KEY_TOO_LARGE);
    assertReturns(model.mutate(MutationType.SET_VERSIONSTAMPED_KEY, new byte[14], VALUE));
    assertThat(model.get(KEY, false).ended(error(ErrorCode.ACCESSED_UNREADABLE))).isNull();
  }

  @Test
  void whatARefusedCallAsksForHasNoEffect() {
    model.set(LONG, VALUE);
    model.clear(KEY, new byte[] {'a'});
    assertThat(model.hasWrites()).isFalse();
    assertThat(model.approximateSize()).isZero();
    assertReturns(model.setReadYourWritesDisable());
    assertFails(model.watch(KEY, false), ErrorCode.WATCHES_DISABLED);
  }

  @Test
  void optionsDecideWhatIsLegal() {
    assertReturns(model.setReadSystemKeys());
    assertMayRead(model.get(SYSTEM, false));
    assertThrows(model.set(SYSTEM, VALUE), ErrorCode.KEY_OUTSIDE_LEGAL_RANGE);
    assertReturns(model.setAccessSystemKeys());
    assertReturns(model.set(SYSTEM, VALUE));
    assertThrows(model.setReadYourWritesDisable(), ErrorCode.CLIENT_INVALID_OPERATION);
    assertThrows(model.setTimeout(-1), ErrorCode.INVALID_OPTION_VALUE);
    assertThrows(model.setSizeLimit(31), ErrorCode.INVALID_OPTION_VALUE);
    assertThat(model.farthest(true)).containsExactly(0xff, 0xff);
  }

  @Test
  void theReadVersionIsSetOnceAndBeforeTheFirstRead() {
    assertThrows(model.setReadVersion(0), ErrorCode.VERSION_INVALID);
    assertReturns(model.setReadVersion(200_000_000));
    model.versionWasSet(200_000_000);
    assertThrows(model.setReadVersion(200_000_000), ErrorCode.READ_VERSION_ALREADY_SET);
    ApiModel reader = new ApiModel(DatabaseOptions.defaults(), false);
    reader.get(KEY, true);
    assertThrows(reader.setReadVersion(1), ErrorCode.READ_VERSION_ALREADY_SET);
  }

  @Test
  void nothingIsReadOrCommittedAtAVersionFromTheFuture() {
    model.setReadVersion(Long.MAX_VALUE);
    model.versionWasSet(Long.MAX_VALUE);
    assertFails(model.get(KEY, false), ErrorCode.FUTURE_VERSION);
    model.set(KEY, VALUE);
    assertFails(model.commit(), ErrorCode.FUTURE_VERSION);
  }

  @Test
  void nothingIsReadFromBeforeTheDatabase() {
    model.set(new byte[] {'w'}, VALUE);
    model.setReadVersion(1);
    model.versionWasSet(1);
    // Its own write it may know without asking.
    assertThat(model.get(KEY, true).ended(null)).isNull();
    ApiModel reader = new ApiModel(DatabaseOptions.defaults(), false);
    reader.getKey(SELECTOR, false);
    reader.setReadVersion(94_999_999);
    reader.versionWasSet(94_999_999);
    for (ErrorCode code : List.of(ErrorCode.TRANSACTION_TOO_OLD, ErrorCode.FUTURE_VERSION)) {
      assertFails(reader.get(KEY, false), code);
      assertFails(reader.getMany(List.of(KEY), true), code);
      assertFails(reader.watch(KEY, false), code);
    }
    // A window before the first version there is one that is not too old.
    ApiModel early = new ApiModel(DatabaseOptions.defaults(), false);
    early.versionWasSet(95_000_000);
    assertMayRead(early.get(KEY, false));
  }

  @Test
  void whoWasGivenItsVersionIsNotToldThatTheCrowdIsTooLarge() {
    model.versionWasSet(200_000_000);
    ErrorCode crowd = ErrorCode.READ_VERSION_PROXY_MEMORY_LIMIT_EXCEEDED;
    assertThat(model.get(KEY, false).ended(error(crowd))).isNotNull();
    ApiModel asker = new ApiModel(DatabaseOptions.defaults(), false);
    assertThat(asker.get(KEY, false).ended(error(crowd))).isNull();
  }

  @Test
  void aStampedValueCannotBeReadUntilItIsCleared() {
    model.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, KEY, new byte[14]);
    assertFails(model.get(KEY, false), ErrorCode.ACCESSED_UNREADABLE);
    assertFails(model.getMany(List.of(VALUE, KEY), true), ErrorCode.ACCESSED_UNREADABLE);
    assertFails(model.watch(KEY, true), ErrorCode.ACCESSED_UNREADABLE);
    model.set(KEY, VALUE);
    assertFails(model.get(KEY, false), ErrorCode.ACCESSED_UNREADABLE);
    model.clear(KEY, new byte[] {'a'});
    assertFails(model.get(KEY, false), ErrorCode.ACCESSED_UNREADABLE);
    model.clear(KEY);
    assertMayRead(model.get(KEY, false));
    model.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, KEY, new byte[14]);
    model.clear(KEY, new byte[] {'z'});
    assertMayRead(model.get(KEY, false));
  }

  @Test
  void whoBypassesWhatCannotBeReadIsNotToldOfIt() {
    ApiExpectation before = model.getRange(SELECTOR, SELECTOR, 0, StreamingMode.SMALL, false);
    assertThat(before.ended(error(ErrorCode.ACCESSED_UNREADABLE))).isNotNull();
    model.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, KEY, new byte[14]);
    assertThat(before.ended(error(ErrorCode.ACCESSED_UNREADABLE))).isNotNull();
    ApiExpectation during = model.getRange(SELECTOR, SELECTOR, 0, StreamingMode.SMALL, false);
    assertReturns(model.setBypassUnreadable());
    assertThat(during.ended(error(ErrorCode.ACCESSED_UNREADABLE))).isNull();
    assertMayRead(model.get(KEY, false));
    assertThat(model.get(KEY, false).ended(error(ErrorCode.ACCESSED_UNREADABLE))).isNotNull();
    assertThat(model.getKey(SELECTOR, false).ended(error(ErrorCode.ACCESSED_UNREADABLE)))
        .isNotNull();
    assertThat(
            model
                .getRange(SELECTOR, SELECTOR, 0, StreamingMode.SMALL, false)
                .ended(error(ErrorCode.ACCESSED_UNREADABLE)))
        .isNotNull();
  }

  @Test
  void aRangeUnderWayComesUponWhatIsStampedMeanwhile() {
    ApiExpectation range = model.getRange(SELECTOR, SELECTOR, 0, StreamingMode.SMALL, false);
    ApiExpectation key = model.getKey(SELECTOR, false);
    model.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, KEY, new byte[14]);
    assertThat(range.ended(error(ErrorCode.ACCESSED_UNREADABLE))).isNull();
    assertThat(key.ended(error(ErrorCode.ACCESSED_UNREADABLE))).isNotNull();
  }

  @Test
  void snapshotReadsComeUponOwnWritesAsTheOptionsSay() {
    ApiModel blind =
        new ApiModel(DatabaseOptions.defaults().withSnapshotReadYourWrites(false), false);
    blind.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, KEY, new byte[14]);
    assertThat(blind.get(KEY, true).ended(error(ErrorCode.ACCESSED_UNREADABLE))).isNotNull();
    assertFails(blind.get(KEY, false), ErrorCode.ACCESSED_UNREADABLE);
    blind.setSnapshotRywEnable();
    assertFails(blind.get(KEY, true), ErrorCode.ACCESSED_UNREADABLE);
    blind.setSnapshotRywDisable();
    blind.setSnapshotRywDisable();
    blind.setSnapshotRywEnable();
    assertMayRead(blind.get(KEY, true));
  }

  @Test
  void whatSeesNoOwnWritesAsksWhateverWasWritten() {
    model.setReadYourWritesDisable();
    model.set(KEY, VALUE);
    model.versionWasSet(Long.MAX_VALUE);
    assertFails(model.get(KEY, false), ErrorCode.FUTURE_VERSION);
    assertThat(model.get(KEY, false).ended(error(ErrorCode.TRANSACTION_TOO_OLD))).isNotNull();
  }

  @Test
  void theConnectionsOptionsAreTheTransactions() {
    DatabaseOptions options =
        DatabaseOptions.defaults().withIdempotent(true).withTransactionSizeLimitBytes(32);
    ApiModel idempotent = new ApiModel(options, false);
    assertThrows(idempotent.set(KEY, new byte[32]), ErrorCode.TRANSACTION_TOO_LARGE);
    assertThat(idempotent.onError(error(ErrorCode.COMMIT_UNKNOWN_RESULT)).ended(null)).isNull();
  }

  @Test
  void duringTheCommitAndAfterItNothingCanBeUsed() {
    model.set(KEY, VALUE);
    ApiExpectation stamp = model.getVersionstamp();
    ApiExpectation commit = model.commit();
    assertThrows(model.set(KEY, VALUE), ErrorCode.USED_DURING_COMMIT);
    assertFails(model.get(KEY, false), ErrorCode.USED_DURING_COMMIT);
    assertFails(model.commit(), ErrorCode.USED_DURING_COMMIT);
    assertThrows(model.getCommittedVersion(), ErrorCode.NO_COMMIT_VERSION);
    assertFails(model.onError(error(ErrorCode.NOT_COMMITTED)), ErrorCode.USED_DURING_COMMIT);
    assertThat(commit.ended(error(ErrorCode.TRANSACTION_TOO_LARGE))).contains("too_large");
    assertThat(commit.ended(null)).isNull();
    model.commitEnded(null);
    assertThat(stamp.ended(null)).isNull();
    assertFails(model.commit(), ErrorCode.USED_DURING_COMMIT);
    assertReturns(model.getCommittedVersion());
    model.cancel();
    assertThat(model.isCommitted()).isTrue();
  }

  @Test
  void afterACommitThatFailedEverythingFailsAlike() {
    model.set(KEY, VALUE);
    ApiExpectation watch = model.watch(new byte[] {'w'}, false);
    ApiExpectation commit = model.commit();
    assertThat(commit.ended(error(ErrorCode.NOT_COMMITTED))).isNull();
    model.commitEnded(error(ErrorCode.NOT_COMMITTED));
    assertThat(watch.ended(error(ErrorCode.NOT_COMMITTED))).isNull();
    assertThrows(model.set(KEY, VALUE), ErrorCode.NOT_COMMITTED);
    assertFails(model.getVersionstamp(), ErrorCode.NOT_COMMITTED);
    assertThat(model.onError(error(ErrorCode.NOT_COMMITTED)).ended(null)).isNull();
    assertThrows(model.set(KEY, VALUE), ErrorCode.USED_DURING_COMMIT);
    model.retryEnded(null);
    assertReturns(model.set(KEY, VALUE));
  }

  @Test
  void whatIsTooLargeStaysTooLarge() {
    model.setSizeLimit(32);
    assertReturns(model.set(KEY, new byte[31]));
    assertReturns(model.clear(KEY, KEY));
    assertThrows(model.set(KEY, VALUE), ErrorCode.TRANSACTION_TOO_LARGE);
    assertThrows(model.set(new byte[0], new byte[0]), ErrorCode.TRANSACTION_TOO_LARGE);
    assertFails(model.commit(), ErrorCode.TRANSACTION_TOO_LARGE);
  }

  @Test
  void conflictRangesCountToo() {
    model.setSizeLimit(40);
    assertReturns(model.set(KEY, new byte[31]));
    model.addReadConflictKey(new byte[] {'a'});
    model.addReadConflictRange(new byte[] {'a', 0}, new byte[] {'b'});
    // A key and a value, a key and the next one, and one range that two make.
    assertThat(model.approximateSize()).isEqualTo(32 + 3 + 2);
    model.addReadConflictKey(new byte[] {'x'});
    assertThat(model.approximateSize()).isEqualTo(32 + 3 + 2 + 3);
    model.addReadConflictKey(new byte[] {'z'});
    assertFails(model.commit(), ErrorCode.TRANSACTION_TOO_LARGE);
  }

  @Test
  void aWriteWithoutConflictIsOneWriteAlone() {
    model.setNextWriteNoWriteConflictRange();
    model.set(KEY, VALUE);
    assertThat(model.approximateSize()).isEqualTo(2);
    model.set(KEY, VALUE);
    assertThat(model.approximateSize()).isEqualTo(4 + 3);
  }

  @Test
  void aTransactionWithoutWritesIsCommittedWhateverHappens() {
    model.get(KEY, false);
    ApiExpectation commit = model.commit();
    assertThat(commit.ended(null)).isNull();
    assertThat(commit.ended(error(ErrorCode.NOT_COMMITTED))).contains("not_committed");
    model.commitEnded(null);
    assertFails(model.getVersionstamp(), ErrorCode.NO_COMMIT_VERSION);
  }

  @Test
  void whatTheClusterMustRefuseIsNotCommitted() {
    model.setAccessSystemKeys();
    model.clear(new byte[0], new byte[] {(byte) 0xff, (byte) 0xff});
    model.doom();
    assertFails(model.commit(), ErrorCode.CLIENT_INVALID_OPERATION);
  }

  @Test
  void aCancelEndsEverythingForGood() {
    ApiExpectation read = model.get(KEY, false);
    model.cancel();
    assertThat(read.ended(error(ErrorCode.TRANSACTION_CANCELLED))).isNull();
    assertThrows(model.set(LONG, VALUE), ErrorCode.TRANSACTION_CANCELLED);
    assertFails(model.onError(error(ErrorCode.NOT_COMMITTED)), ErrorCode.TRANSACTION_CANCELLED);
  }

  @Test
  void aCancelDuringTheCommitLeavesItOpen() {
    model.set(KEY, VALUE);
    ApiExpectation commit = model.commit();
    assertThat(model.isActive()).isFalse();
    model.cancel();
    assertThat(commit.ended(error(ErrorCode.MAY_STILL_COMMIT))).isNull();
    ApiExpectation without = new ApiModel(DatabaseOptions.defaults(), false).commit();
    assertThat(without.ended(error(ErrorCode.MAY_STILL_COMMIT))).isNotNull();
  }

  @Test
  void onlyWhatIsRetryableIsRetriedAndNotTooOften() {
    ApiModel limited = new ApiModel(DatabaseOptions.defaults().withTransactionRetryLimit(1), false);
    assertFails(limited.onError(error(ErrorCode.KEY_TOO_LARGE)), ErrorCode.KEY_TOO_LARGE);
    assertFails(
        limited.onError(error(ErrorCode.COMMIT_UNKNOWN_RESULT)), ErrorCode.COMMIT_UNKNOWN_RESULT);
    assertThat(limited.onError(error(ErrorCode.NOT_COMMITTED)).ended(null)).isNull();
    limited.retryEnded(null);
    assertFails(limited.onError(error(ErrorCode.NOT_COMMITTED)), ErrorCode.NOT_COMMITTED);
    ApiModel idempotent =
        new ApiModel(DatabaseOptions.defaults().withTransactionRetryLimit(1), false);
    idempotent.setIdempotent();
    ApiExpectation retry = idempotent.onError(error(ErrorCode.COMMIT_UNKNOWN_RESULT));
    assertThat(retry.ended(null)).isNull();
    idempotent.retryEnded(null);
    assertFails(
        idempotent.onError(error(ErrorCode.NOT_COMMITTED)), ErrorCode.COMMIT_UNKNOWN_RESULT);
  }

  @Test
  void aTimeoutIsAlwaysPossibleOnceThereIsOne() {
    ApiExpectation open = model.get(KEY, false);
    assertThat(model.set(KEY, VALUE).threw(error(ErrorCode.TRANSACTION_TIMED_OUT))).isNotNull();
    model.setTimeout(1);
    assertThat(model.set(KEY, VALUE).returned()).isNull();
    assertThat(model.set(KEY, VALUE).threw(error(ErrorCode.TRANSACTION_TIMED_OUT))).isNull();
    assertThat(open.ended(error(ErrorCode.TRANSACTION_TIMED_OUT))).isNull();
  }

  @Test
  void whatWasRefusedForTimeHasDoneNothing() {
    model.setTimeout(1);
    model.set(KEY, VALUE).returned();
    assertThat(model.approximateSize()).isPositive();
    assertThat(model.addReadConflictKey(KEY).threw(error(ErrorCode.TRANSACTION_TIMED_OUT)))
        .isNull();
    assertThat(model.approximateSize()).isEqualTo(-1);
    assertThat(model.set(KEY, VALUE).returned()).contains("TRANSACTION_TIMED_OUT");
    assertThat(model.setReadYourWritesDisable().returned()).isNull();
    assertThat(model.setReadYourWritesDisable().threw(error(ErrorCode.CLIENT_INVALID_OPERATION)))
        .isNull();
  }

  @Test
  void whatEndsATransactionDoesNotHideThatItMayBeCommitted() {
    model.setTimeout(1);
    assertFails(model.onError(error(ErrorCode.MAY_STILL_COMMIT)), ErrorCode.MAY_STILL_COMMIT);
    assertThat(
            model
                .onError(error(ErrorCode.MAY_STILL_COMMIT))
                .ended(error(ErrorCode.TRANSACTION_TIMED_OUT)))
        .isNotNull();
    model.cancel();
    assertFails(
        model.onError(error(ErrorCode.COMMIT_UNKNOWN_RESULT)), ErrorCode.COMMIT_UNKNOWN_RESULT);
    assertThat(
            model
                .onError(error(ErrorCode.COMMIT_UNKNOWN_RESULT))
                .ended(error(ErrorCode.TRANSACTION_CANCELLED)))
        .isNotNull();
  }

  @Test
  void aTryInDoubtIsToldWhateverEndsTheTriesAfterIt() {
    model.setIdempotent();
    model.setTimeout(1);
    model.setRetryLimit(1);
    model.onError(error(ErrorCode.COMMIT_UNKNOWN_RESULT));
    model.retryEnded(null);
    assertFails(model.onError(error(ErrorCode.NOT_COMMITTED)), ErrorCode.COMMIT_UNKNOWN_RESULT);
    assertThat(model.onError(error(ErrorCode.NOT_COMMITTED)).ended(error(ErrorCode.NOT_COMMITTED)))
        .isNotNull();
    assertThat(
            model
                .onError(error(ErrorCode.NOT_COMMITTED))
                .ended(error(ErrorCode.TRANSACTION_TIMED_OUT)))
        .isNotNull();
    model.commit();
    model.commitEnded(null);
    assertFails(model.onError(error(ErrorCode.NOT_COMMITTED)), ErrorCode.NOT_COMMITTED);
  }

  @Test
  void aRetryThatFailsForTimeMayNotHaveBegunAnything() {
    model.setTimeout(1);
    model.set(KEY, VALUE).returned();
    model.commit();
    model.commitEnded(error(ErrorCode.MAY_STILL_COMMIT));
    model.onError(error(ErrorCode.NOT_COMMITTED));
    model.retryEnded(error(ErrorCode.TRANSACTION_TIMED_OUT));
    assertThat(model.get(KEY, false).ended(error(ErrorCode.MAY_STILL_COMMIT))).isNull();
    assertThat(model.set(KEY, VALUE).threw(error(ErrorCode.TRANSACTION_TIMED_OUT))).isNull();
    assertThat(model.set(KEY, VALUE).threw(error(ErrorCode.NOT_COMMITTED))).isNotNull();
    assertThat(model.set(KEY, VALUE).returned()).isNotNull();
  }

  @Test
  void watchesAreRefusedBeyondTheirNumber() {
    assertFails(model.watch(KEY, true), ErrorCode.TOO_MANY_WATCHES);
    assertMayRead(model.watch(KEY, false));
  }

  @Test
  void rangesThatTouchAreOne() {
    JoinedRanges ranges = new JoinedRanges();
    ranges.add(new KeyRange(Bytes.utf8("c"), Bytes.utf8("d")));
    ranges.add(new KeyRange(Bytes.utf8("a"), Bytes.utf8("b")));
    ranges.add(new KeyRange(Bytes.utf8("x"), Bytes.utf8("x")));
    assertThat(ranges.ranges()).hasSize(2);
    ranges.add(new KeyRange(Bytes.utf8("b"), Bytes.utf8("c")));
    assertThat(ranges.ranges()).containsExactly(new KeyRange(Bytes.utf8("a"), Bytes.utf8("d")));
  }
}
