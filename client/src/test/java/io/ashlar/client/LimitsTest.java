package io.ashlar.client;

import static io.ashlar.client.TransactionTest.b;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRanges;
import io.ashlar.message.ClusterView;
import io.ashlar.message.GetClusterView;
import io.ashlar.message.GetLeader;
import io.ashlar.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * Limits are checked before anything is sent, and the error says which, the value, and a way out.
 */
class LimitsTest {
  private static final byte[] SYSTEM_KEY = {(byte) 0xff, 'k'};

  private final FakeWorld world = new FakeWorld(7);
  private final List<Message> sent = new ArrayList<>();
  private final Database database = FakeWorld.connect(world, DatabaseOptions.defaults());
  private final Transaction tr = database.createTransaction();

  LimitsTest() {
    world.tap =
        message -> {
          boolean isOfTheView =
              message instanceof GetLeader
                  || message instanceof GetClusterView
                  || message instanceof ClusterView;
          if (!isOfTheView) {
            sent.add(message);
          }
        };
  }

  private void expect(ErrorCode code, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining(words)
        .extracting(e -> ((AshlarException) e).code())
        .isEqualTo(code);
    world.runFor(10 * FakeWorld.MILLI);
    assertThat(sent).isEmpty();
  }

  @Test
  void keysHaveAtMostTenThousandBytes() {
    byte[] large = new byte[10_001];
    String words = "10001 bytes, at most are 10000";
    expect(ErrorCode.KEY_TOO_LARGE, words, () -> tr.set(large, b("v")));
    expect(ErrorCode.KEY_TOO_LARGE, words, () -> tr.clear(large));
    expect(ErrorCode.KEY_TOO_LARGE, words, () -> tr.mutate(MutationType.ADD, large, b("v")));
    expect(ErrorCode.KEY_TOO_LARGE, words, () -> world.await(tr.get(large)));
    expect(ErrorCode.KEY_TOO_LARGE, words, () -> world.await(tr.getMany(List.of(large))));
    expect(ErrorCode.KEY_TOO_LARGE, words, () -> world.await(tr.watch(large)));
    expect(ErrorCode.KEY_TOO_LARGE, words, () -> tr.addReadConflictKey(large));
    tr.set(new byte[10_000], b("v"));
    tr.clear(new byte[0], large);
    byte[] larger = new byte[10_002];
    expect(ErrorCode.KEY_TOO_LARGE, "10002", () -> tr.clear(new byte[0], larger));
    expect(
        ErrorCode.KEY_TOO_LARGE, "10002", () -> world.await(tr.getRange(b("a"), larger).asList()));
  }

  @Test
  void nullIsNamed() {
    assertThatThrownBy(() -> tr.set(b("k"), null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("the value is null");
    assertThatThrownBy(() -> tr.set(null, b("v")))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("a key or value is null");
  }

  @Test
  void nullIsThrownAtOnceInEveryState() {
    KeySelector selector = KeySelector.lastLessThan(b("k"));
    List<byte[]> withNull = new ArrayList<>();
    withNull.add(null);
    List<ThrowingCallable> calls =
        List.of(
            () -> tr.get(null),
            () -> tr.getMany(null),
            () -> tr.getMany(withNull),
            () -> tr.getKey(null),
            () -> tr.getRange((KeySelector) null, selector),
            () -> tr.getRange(selector, null),
            () -> tr.getRange(b("a"), (byte[]) null),
            () -> tr.getRange((Range) null),
            () -> tr.getRange(selector, selector, 0, false, null),
            () -> tr.watch(null),
            () -> tr.set(null, b("v")),
            () -> tr.set(b("k"), null),
            () -> tr.clear((byte[]) null),
            () -> tr.clear(b("a"), null),
            () -> tr.mutate(null, b("k"), b("v")),
            () -> tr.mutate(MutationType.ADD, null, b("v")),
            () -> tr.mutate(MutationType.ADD, b("k"), null),
            () -> tr.addReadConflictKey(null),
            () -> tr.addReadConflictRange(null, b("b")),
            () -> tr.addWriteConflictKey(null),
            () -> tr.addWriteConflictRange(b("a"), null),
            () -> tr.onError(null),
            () -> database.runAsync(null),
            () -> database.readAsync(null));
    for (int round = 0; round < 2; round++) {
      for (ThrowingCallable call : calls) {
        assertThatThrownBy(call).isInstanceOf(NullPointerException.class);
      }
      tr.cancel();
    }
  }

  @Test
  void theStateDecidesBeforeTheArguments() {
    byte[] large = new byte[10_001];
    tr.cancel();
    ErrorCode cancelled = ErrorCode.TRANSACTION_CANCELLED;
    expect(cancelled, "cancelled", () -> tr.set(large, b("v")));
    expect(cancelled, "cancelled", () -> tr.setReadVersion(-1));
    expect(cancelled, "cancelled", () -> world.await(tr.get(large)));
    expect(cancelled, "cancelled", () -> world.await(tr.getRange(b("a"), large, -1).asList()));
    expect(
        cancelled,
        "cancelled",
        () -> world.await(tr.getRange(b("a"), b("b"), 0, false, StreamingMode.EXACT).asList()));
  }

  @Test
  void aRefusedReadIsNoUse() {
    expect(
        ErrorCode.RANGE_LIMITS_INVALID,
        "-1 rows",
        () -> world.await(tr.getRange(b("a"), b("b"), -1).asList()));
    expect(ErrorCode.KEY_TOO_LARGE, "10001", () -> world.await(tr.get(new byte[10_001])));
    tr.options().setReadYourWritesDisable();
    world.await(tr.getRange(b("a"), b("b")).asList());
    assertThatThrownBy(() -> tr.options().setReadYourWritesDisable())
        .extracting(e -> ((AshlarException) e).code())
        .isEqualTo(ErrorCode.CLIENT_INVALID_OPERATION);
  }

  @Test
  void selectorsCountNoFurtherThanAnInt() {
    KeySelector far = new KeySelector(b("k"), false, Integer.MAX_VALUE);
    assertThat(far.add(0)).isEqualTo(far);
    assertThat(far.add(Integer.MIN_VALUE).getOffset()).isEqualTo(-1);
    ErrorCode invalid = ErrorCode.CLIENT_INVALID_OPERATION;
    expect(invalid, "2147483648 keys", () -> far.add(1));
    expect(
        invalid,
        "-2147483649 keys",
        () -> KeySelector.lastLessThan(b("k")).add(Integer.MIN_VALUE).add(-1));
  }

  /** A read under way once ended at the end of what it may read when it ends. */
  @Test
  void anOptionConcernsTheCallsThatFollow() {
    KeySelector far = new KeySelector(b("k"), false, Integer.MAX_VALUE);
    CompletableFuture<byte[]> before = tr.getKey(far);
    tr.set(b("own"), b("1"));
    CompletableFuture<byte[]> beside = tr.getKey(far);
    tr.options().setReadSystemKeys();
    CompletableFuture<byte[]> after = tr.getKey(far);
    assertThat(world.await(before)).containsExactly(0xff);
    assertThat(world.await(beside)).containsExactly(0xff);
    assertThat(world.await(after)).containsExactly(0xff, 0xff);
  }

  /** A commit that waited for reads was once measured by the limit of that moment. */
  @Test
  void aLimitThatIsSetDuringTheCommitDoesNotConcernIt() {
    CompletableFuture<byte[]> read = tr.get(b("k"));
    tr.set(b("a"), new byte[100]);
    CompletableFuture<Void> commit = tr.commit();
    tr.options().setSizeLimit(32);
    world.await(read);
    world.await(commit);
  }

  /** The conflict range of such a read was longer than a cluster takes. */
  @Test
  void theLongestReferenceOfASelectorCanBeCommitted() {
    byte[] longest = new byte[10_001];
    world.await(tr.getKey(KeySelector.firstGreaterThan(longest)));
    world.await(
        tr.getRange(KeySelector.firstGreaterThan(longest), KeySelector.firstGreaterThan(b("k")))
            .asList());
    tr.set(b("a"), b("1"));
    world.await(tr.commit());
    KeyRanges.decode(world.cluster.commitRequests.get(0).readConflicts())
        .forEach(range -> assertThat(range.begin().length()).isLessThanOrEqualTo(10_001));
  }

  @Test
  void aRangeWithoutKeysNeedsNoRoom() {
    tr.options().setSizeLimit(32);
    byte[] key = new byte[100];
    tr.clear(key, key);
    tr.set(b("a"), b("1"));
    world.await(tr.commit());
  }

  @Test
  void valuesHaveAtMostAHundredThousandBytes() {
    byte[] large = new byte[100_001];
    String words = "100001 bytes, at most are 100000";
    expect(ErrorCode.VALUE_TOO_LARGE, words, () -> tr.set(b("k"), large));
    expect(ErrorCode.VALUE_TOO_LARGE, words, () -> tr.mutate(MutationType.MAX, b("k"), large));
    tr.set(b("k"), new byte[100_000]);
    tr.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, b("k"), new byte[100_004]);
    expect(
        ErrorCode.VALUE_TOO_LARGE,
        words,
        () -> tr.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, b("k"), new byte[100_005]));
  }

  @Test
  void systemKeysNeedAnOption() {
    byte[] end = {(byte) 0xff};
    expect(ErrorCode.KEY_OUTSIDE_LEGAL_RANGE, "\\xffk", () -> tr.set(SYSTEM_KEY, b("v")));
    expect(ErrorCode.KEY_OUTSIDE_LEGAL_RANGE, "\\xff", () -> tr.clear(end));
    expect(ErrorCode.KEY_OUTSIDE_LEGAL_RANGE, "\\xffk", () -> tr.clear(new byte[0], SYSTEM_KEY));
    expect(ErrorCode.KEY_OUTSIDE_LEGAL_RANGE, "\\xffk", () -> world.await(tr.get(SYSTEM_KEY)));
    expect(
        ErrorCode.KEY_OUTSIDE_LEGAL_RANGE,
        "readSystemKeys",
        () -> world.await(tr.getRange(b("a"), SYSTEM_KEY).asList()));
    tr.clear(new byte[0], end);
    tr.options().setReadSystemKeys();
    expect(ErrorCode.KEY_OUTSIDE_LEGAL_RANGE, "\\xffk", () -> tr.set(SYSTEM_KEY, b("v")));
    tr.options().setAccessSystemKeys();
    tr.set(SYSTEM_KEY, b("v"));
    byte[] beyond = {(byte) 0xff, (byte) 0xff};
    expect(ErrorCode.KEY_OUTSIDE_LEGAL_RANGE, "\\xff\\xff", () -> tr.set(beyond, b("v")));
  }

  @Test
  void rangesOfWritesAndConflictsAreNotInverted() {
    expect(ErrorCode.INVERTED_RANGE, "begins at b", () -> tr.clear(b("b"), b("a")));
    expect(ErrorCode.INVERTED_RANGE, "begins at b", () -> tr.addReadConflictRange(b("b"), b("a")));
    expect(ErrorCode.INVERTED_RANGE, "begins at b", () -> tr.addWriteConflictRange(b("b"), b("a")));
    assertThat(world.await(tr.getRange(b("b"), b("a")).asList())).isEmpty();
    tr.clear(b("a"), b("a"));
    world.await(tr.commit());
    assertThat(sent).isEmpty();
  }

  @Test
  void versionstampsLieInsideTheirKeyOrValue() {
    byte[] tooFar = new byte[14];
    tooFar[10] = 1;
    byte[] huge = new byte[14];
    huge[13] = (byte) 0x80;
    for (MutationType type :
        List.of(MutationType.SET_VERSIONSTAMPED_KEY, MutationType.SET_VERSIONSTAMPED_VALUE)) {
      boolean isKey = type == MutationType.SET_VERSIONSTAMPED_KEY;
      for (byte[] wrong : List.of(tooFar, huge, new byte[13], new byte[3], new byte[0])) {
        expect(
            ErrorCode.INVALID_VERSIONSTAMP_OFFSET,
            "little endian",
            () -> tr.mutate(type, isKey ? wrong : b("k"), isKey ? b("v") : wrong));
      }
      tr.mutate(type, isKey ? new byte[14] : b("k"), isKey ? b("v") : new byte[14]);
    }
  }

  @Test
  void rangeReadsHaveSensibleLimits() {
    expect(
        ErrorCode.RANGE_LIMITS_INVALID,
        "-1 rows",
        () -> world.await(tr.getRange(b("a"), b("b"), -1).asList()));
    expect(
        ErrorCode.EXACT_MODE_WITHOUT_LIMITS,
        "row limit",
        () -> world.await(tr.getRange(b("a"), b("b"), 0, false, StreamingMode.EXACT).asList()));
  }

  @Test
  void aTransactionHasAtMostTenMillionBytes() {
    byte[] value = new byte[100_000];
    for (int i = 0; i < 99; i++) {
      tr.set(b("k" + i), value);
    }
    expect(
        ErrorCode.TRANSACTION_TOO_LARGE,
        "at most are 10000000",
        () -> {
          tr.set(b("x"), value);
          tr.set(b("y"), value);
        });
    expect(ErrorCode.TRANSACTION_TOO_LARGE, "split the work", () -> world.await(tr.commit()));
  }

  @Test
  void conflictRangesCountTowardsTheSizeLimit() {
    tr.options().setSizeLimit(1_000);
    tr.set(b("a"), new byte[100]);
    assertThat(tr.getApproximateSize()).isEqualTo(1 + 100 + 1 + 2);
    tr.addReadConflictKey(new byte[500]);
    expect(ErrorCode.TRANSACTION_TOO_LARGE, "1105 bytes", () -> world.await(tr.commit()));
  }

  @Test
  void optionsTakeOnlyWhatMakesSense() {
    TransactionOptions options = tr.options();
    expect(ErrorCode.INVALID_OPTION_VALUE, "-1 ms", () -> options.setTimeout(-1));
    expect(ErrorCode.INVALID_OPTION_VALUE, "31 bytes", () -> options.setSizeLimit(31));
    expect(ErrorCode.INVALID_OPTION_VALUE, "10000001", () -> options.setSizeLimit(10_000_001));
    expect(
        ErrorCode.INVALID_OPTION_VALUE,
        "watchesMax is 0",
        () -> DatabaseOptions.defaults().withWatchesMax(0));
    tr.set(b("a"), b("1"));
    expect(
        ErrorCode.CLIENT_INVALID_OPERATION,
        "before the first",
        () -> options.setReadYourWritesDisable());
  }
}
