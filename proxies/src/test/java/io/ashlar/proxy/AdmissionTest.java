package io.ashlar.proxy;

import static io.ashlar.proxy.FakeCluster.RT;
import static io.ashlar.proxy.FakeCluster.blind;
import static io.ashlar.proxy.FakeCluster.key;
import static io.ashlar.proxy.FakeCluster.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.IdempotencyIds;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.Setting;
import io.ashlar.core.ShardMap;
import io.ashlar.message.CommitTransaction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
  private static Submission admit(CommitTransaction transaction) throws RefusedException {
    return Admission.admit(null, transaction, 5, Assigners.ofOneShard());
  }

  private static void assertAdmitted(CommitTransaction transaction) {
    try {
      admit(transaction);
    } catch (RefusedException refused) {
      throw new AssertionError(refused.code() + ": " + refused.getMessage(), refused);
    }
  }

  private static void assertRefused(ErrorCode code, String words, CommitTransaction transaction) {
    RefusedException refused =
        catchThrowableOfType(RefusedException.class, () -> admit(transaction));
    assertThat(refused).isNotNull();
    assertThat(refused.code()).isEqualTo(code);
    assertThat(refused.getMessage()).contains(words);
  }

  private static Bytes zeros(int length) {
    return Bytes.wrap(new byte[length]);
  }

  private static CommitTransaction conflict(KeyRange range) {
    return transaction(RT, List.of(), List.of(range));
  }

  @Test
  void keysHaveALimit() {
    assertAdmitted(blind(Mutation.set(zeros(10_000), key(""))));
    assertRefused(
        ErrorCode.KEY_TOO_LARGE,
        "10001 bytes, the limit is 10000",
        blind(Mutation.set(zeros(10_001), key(""))));
    assertRefused(
        ErrorCode.KEY_TOO_LARGE,
        "10001",
        blind(new Mutation(MutationType.ADD, zeros(10_001), key(""))));
  }

  @Test
  void endsOfRangesMayBeOneByteLonger() {
    assertAdmitted(blind(Mutation.clearRange(zeros(10_000), zeros(10_001))));
    assertRefused(
        ErrorCode.KEY_TOO_LARGE,
        "10002 bytes, the limit is 10001",
        blind(Mutation.clearRange(key(""), zeros(10_002))));
    assertAdmitted(conflict(KeyRange.ofKey(zeros(10_000))));
    assertAdmitted(conflict(new KeyRange(zeros(10_001), key("z"))));
    assertRefused(
        ErrorCode.KEY_TOO_LARGE, "10002", conflict(new KeyRange(zeros(10_002), key("z"))));
    assertRefused(ErrorCode.KEY_TOO_LARGE, "10002", conflict(KeyRange.ofKey(zeros(10_002))));
  }

  @Test
  void valuesHaveALimit() {
    assertAdmitted(blind(Mutation.set(key("a"), zeros(100_000))));
    assertRefused(
        ErrorCode.VALUE_TOO_LARGE,
        "100001 bytes, the limit is 100000",
        blind(Mutation.set(key("a"), zeros(100_001))));
  }

  @Test
  void theLimitsHoldForWhatAVersionstampBecomes() {
    Bytes position = Bytes.of(0, 0, 0, 0);
    assertAdmitted(
        blind(
            new Mutation(
                MutationType.SET_VERSIONSTAMPED_KEY, zeros(10_000).concat(position), key(""))));
    assertRefused(
        ErrorCode.KEY_TOO_LARGE,
        "10001",
        blind(
            new Mutation(
                MutationType.SET_VERSIONSTAMPED_KEY, zeros(10_001).concat(position), key(""))));
    assertAdmitted(
        blind(
            new Mutation(
                MutationType.SET_VERSIONSTAMPED_VALUE, key("a"), zeros(100_000).concat(position))));
    assertRefused(
        ErrorCode.VALUE_TOO_LARGE,
        "100001",
        blind(
            new Mutation(
                MutationType.SET_VERSIONSTAMPED_VALUE, key("a"), zeros(100_001).concat(position))));
  }

  @Test
  void transactionsHaveALimitOfKeysValuesAndConflictRanges() {
    List<Mutation> mutations = new ArrayList<>();
    for (int i = 0; i < 99; i++) {
      mutations.add(Mutation.set(zeros(1_000), zeros(99_000)));
    }
    mutations.add(Mutation.set(zeros(1_000), zeros(99_000 - 10)));
    KeyRange tenBytes = new KeyRange(key("abcde"), key("abcdf"));
    KeyRange fence = KeyRange.ofKey(Keys.FENCE_PREFIX.concat(zeros(50)));
    Mutation[] all = mutations.toArray(Mutation[]::new);
    // The client's private key is not counted.
    assertAdmitted(transaction(RT, List.of(tenBytes, fence), List.of(fence), all));
    assertRefused(
        ErrorCode.TRANSACTION_TOO_LARGE,
        "10000001 bytes, the limit is 10000000",
        transaction(RT, List.of(tenBytes), List.of(KeyRange.ofKey(key("a"))), all));
  }

  @Test
  void aTransactionOfNothingButOverheadIsTooLargeAsWell() {
    ByteWriter writer = new ByteWriter(32 << 20);
    for (int i = 0; i < 4_000_000; i++) {
      Mutation.clearRange(key(""), key("")).encode(writer);
    }
    assertRefused(
        ErrorCode.TRANSACTION_TOO_LARGE,
        "tagged",
        new CommitTransaction(RT, Bytes.EMPTY, Bytes.EMPTY, writer.toBytes()));
  }

  @Test
  void invertedRangesAreRefusedAndEmptyOnesAreNot() {
    assertAdmitted(blind(Mutation.clearRange(key("a"), key("a"))));
    assertRefused(
        ErrorCode.INVERTED_RANGE, "begins at b", blind(Mutation.clearRange(key("b"), key("a"))));
    assertRefused(ErrorCode.INVERTED_RANGE, "b", blind(Mutation.clearRange(key("b"), key(""))));
    assertAdmitted(conflict(new KeyRange(key("a"), key("a"))));
    assertRefused(ErrorCode.INVERTED_RANGE, "b", conflict(new KeyRange(key("b"), key("a"))));
  }

  @Test
  void allKeysLieBelowTheEndOfTheSystemKeys() {
    Bytes last = Bytes.of(0xff, 0xfe, 0xff);
    assertAdmitted(blind(Mutation.set(last, key(""))));
    assertAdmitted(conflict(KeyRange.ofKey(last)));
    assertAdmitted(conflict(Keys.ALL));
    assertAdmitted(blind(Mutation.clearRange(last, Keys.SYSTEM_END)));
    for (Bytes outside : List.of(Keys.SYSTEM_END, Bytes.of(0xff, 0xff, 0), Bytes.of(255, 255, 9))) {
      assertRefused(
          ErrorCode.KEY_OUTSIDE_LEGAL_RANGE, "\\xff\\xff", blind(Mutation.set(outside, key(""))));
      assertRefused(
          ErrorCode.KEY_OUTSIDE_LEGAL_RANGE, "\\xff\\xff", conflict(KeyRange.ofKey(outside)));
      KeyRange beyond = new KeyRange(key("a"), Keys.after(outside));
      assertRefused(ErrorCode.KEY_OUTSIDE_LEGAL_RANGE, "\\xff\\xff", conflict(beyond));
      assertRefused(
          ErrorCode.KEY_OUTSIDE_LEGAL_RANGE,
          "\\xff\\xff",
          blind(Mutation.clearRange(beyond.begin(), beyond.end())));
    }
  }

  @Test
  void theHoleOfAVersionstampDecidesNothingAboutTheLegalSpace() {
    Bytes hole = Bytes.of(255, 255, 255, 255, 255, 255, 255, 255, 255, 255);
    Bytes atStart = hole.concat(Bytes.of(0, 0, 0, 0));
    assertAdmitted(blind(new Mutation(MutationType.SET_VERSIONSTAMPED_KEY, atStart, key(""))));
    Bytes afterOne = Keys.USER_END.concat(hole).concat(Bytes.of(1, 0, 0, 0));
    assertAdmitted(blind(new Mutation(MutationType.SET_VERSIONSTAMPED_KEY, afterOne, key(""))));
    Bytes afterTwo = Keys.SYSTEM_END.concat(hole).concat(Bytes.of(2, 0, 0, 0));
    assertRefused(
        ErrorCode.KEY_OUTSIDE_LEGAL_RANGE,
        "\\xff\\xff",
        blind(new Mutation(MutationType.SET_VERSIONSTAMPED_KEY, afterTwo, key(""))));
  }

  @Test
  void versionstampsNeedTheirTenBytesBeforeThePosition() {
    int[][] positions = {{5, 0, 0, 0}, {0xff, 0xff, 0xff, 0xff}, {0, 0, 0, 0x7f}, {0, 1, 0, 0}};
    for (int[] position : positions) {
      Bytes parameter = key("prefix").concat(zeros(8)).concat(Bytes.of(position));
      assertRefused(
          ErrorCode.INVALID_VERSIONSTAMP_OFFSET,
          "key of 18 bytes",
          blind(new Mutation(MutationType.SET_VERSIONSTAMPED_KEY, parameter, key(""))));
      assertRefused(
          ErrorCode.INVALID_VERSIONSTAMP_OFFSET,
          "value of 18 bytes",
          blind(new Mutation(MutationType.SET_VERSIONSTAMPED_VALUE, key("a"), parameter)));
    }
    assertRefused(
        ErrorCode.INVALID_VERSIONSTAMP_OFFSET,
        "key of 3 bytes",
        blind(new Mutation(MutationType.SET_VERSIONSTAMPED_KEY, zeros(3), key(""))));
  }

  @Test
  void clientsSendOnlyTheTypesThatAreTheirs() {
    for (MutationType type :
        List.of(MutationType.EPOCH_END, MutationType.SHARD_ASSIGNED, MutationType.SHARD_REMOVED)) {
      assertRefused(
          ErrorCode.INVALID_MUTATION_TYPE,
          type.toString(),
          blind(new Mutation(type, key("a"), key("b"))));
    }
    CommitTransaction unknown =
        new CommitTransaction(RT, Bytes.EMPTY, Bytes.EMPTY, Bytes.of(77, 1, 'a', 1, 'b'));
    assertRefused(ErrorCode.INVALID_MUTATION_TYPE, "77", unknown);
  }

  @Test
  void theShardMapStaysWholeAndReadable() {
    Bytes shard = ShardMap.keyFor(key("k"));
    assertAdmitted(blind(Mutation.set(shard, ShardMap.encodeTeam(1, 2))));
    assertAdmitted(blind(Mutation.clearRange(shard, Keys.after(shard))));
    assertRefused(
        ErrorCode.CLIENT_INVALID_OPERATION,
        "first shard",
        blind(Mutation.clearRange(key("a"), Keys.SYSTEM_END)));
    for (Bytes team :
        List.of(Bytes.EMPTY, Bytes.of(9, 1), Bytes.of(1), Bytes.of(1, 0), Bytes.of(1, 2, 2))) {
      assertRefused(ErrorCode.CLIENT_INVALID_OPERATION, "team", blind(Mutation.set(shard, team)));
    }
    assertRefused(
        ErrorCode.CLIENT_INVALID_OPERATION,
        "team",
        blind(new Mutation(MutationType.ADD, shard, Bytes.of(1))));
  }

  @Test
  void settingsAreNumbersThatTheyMayBe() throws RefusedException {
    admit(blind(Mutation.set(Setting.LOGS.key(), key("4"))));
    admit(blind(Mutation.clearRange(Setting.LOGS.key(), Keys.after(Setting.LOGS.key()))));
    admit(blind(Mutation.set(Keys.CONF_PREFIX.concat(key("of_a_later_version")), key("red"))));
    assertRefused(
        ErrorCode.CLIENT_INVALID_OPERATION,
        "logs must be a number from 1 to 64, not 0",
        blind(Mutation.set(Setting.LOGS.key(), key("0"))));
    assertRefused(
        ErrorCode.CLIENT_INVALID_OPERATION,
        "logs can only be set or cleared",
        blind(new Mutation(MutationType.ADD, Setting.LOGS.key(), Bytes.of(1))));
  }

  @Test
  void coordinatorsAreOneToFivePlaces() throws RefusedException {
    admit(blind(Mutation.set(Keys.COORDINATORS, key("10.0.0.1:4500"))));
    admit(blind(Mutation.set(Keys.COORDINATORS, key("[::1]:1,b.example:2,c:3,d:4,e:65535"))));
    for (String wrong :
        List.of("", "a", "a:", ":1", "a:1,", "a:1,a:1", "a:70000", "a:1,b:2,c:3,d:4,e:5,f:6")) {
      assertRefused(
          ErrorCode.CLIENT_INVALID_OPERATION,
          "one to five different host:port",
          blind(Mutation.set(Keys.COORDINATORS, key(wrong))));
    }
    assertRefused(
        ErrorCode.CLIENT_INVALID_OPERATION,
        "can only be set or cleared",
        blind(new Mutation(MutationType.APPEND_IF_FITS, Keys.COORDINATORS, key(",b:2"))));
  }

  @Test
  void tellsWhatLaterStepsNeedToKnow() throws RefusedException {
    Submission plain = admit(FakeCluster.set("a", "1"));
    assertThat(plain.stamped()).isFalse();
    assertThat(plain.metadata()).isFalse();
    assertThat(plain.arrivedNanos()).isEqualTo(5);
    Submission metadata = admit(blind(Mutation.set(Keys.CONF_PREFIX.concat(key("x")), key("1"))));
    assertThat(metadata.metadata()).isTrue();
    Submission clear = admit(blind(Mutation.clearRange(key("a"), Keys.USER_END)));
    assertThat(clear.metadata()).isFalse();
    Submission stamped =
        admit(blind(new Mutation(MutationType.SET_VERSIONSTAMPED_VALUE, key("a"), zeros(14))));
    assertThat(stamped.stamped()).isTrue();
  }

  @Test
  void anIdHasTwelveBytesOrThereIsNone() throws RefusedException {
    CommitTransaction plain = blind(Mutation.set(key("a"), key("b")));
    assertAdmitted(FakeCluster.withId(plain, IdempotencyIds.id(-1, -1)));
    for (int length : new int[] {1, 11, 13, 1_000}) {
      CommitTransaction wrong = FakeCluster.withId(plain, zeros(length));
      assertThat(catchThrowableOfType(MalformedException.class, () -> admit(wrong)))
          .hasMessageContaining(length + " bytes");
    }
  }

  @Test
  void nobodyMayChangeTheRowsOfIds() {
    Bytes row = IdempotencyIds.rowKey(RT, 7);
    for (Mutation mutation :
        List.of(
            Mutation.set(row, key("1")),
            new Mutation(MutationType.ADD, row, key("1")),
            new Mutation(
                MutationType.SET_VERSIONSTAMPED_VALUE, row, zeros(11).concat(Bytes.of(1, 0, 0, 0))),
            new Mutation(
                MutationType.SET_VERSIONSTAMPED_KEY,
                IdempotencyIds.ROWS.begin().concat(zeros(10)).concat(Bytes.of(6, 0, 0, 0)),
                key("")),
            Mutation.set(IdempotencyIds.EXPIRED_KEY, zeros(8)),
            Mutation.clearRange(row, Keys.after(row)),
            Mutation.clearRange(key("z"), Keys.SYSTEM_ROWS.end()),
            Mutation.clearRange(Keys.SYSTEM_ROWS.begin(), Bytes.of(0xff, 0x10)))) {
      assertRefused(ErrorCode.CLIENT_INVALID_OPERATION, "idempotency", blind(mutation));
    }
  }

  @Test
  void otherSystemRowsAreRowsAsThoseOfUsers() throws RefusedException {
    Bytes row = Keys.SYSTEM_ROWS.begin().concat(key("/x"));
    assertThat(admit(blind(Mutation.set(row, key("1")))).metadata()).isFalse();
    assertThat(admit(blind(Mutation.clearRange(row, Keys.after(row)))).metadata()).isFalse();
    Bytes stamped = row.concat(zeros(10)).concat(Bytes.of(row.length(), 0, 0, 0));
    Mutation inside = new Mutation(MutationType.SET_VERSIONSTAMPED_KEY, stamped, key(""));
    assertThat(admit(blind(inside)).metadata()).isFalse();
    // A stamp in place of the second byte begins with zero.
    Bytes atTheBegin = Bytes.of(0xff, 0x02).concat(zeros(9)).concat(Bytes.of(1, 0, 0, 0));
    Mutation before = new Mutation(MutationType.SET_VERSIONSTAMPED_KEY, atTheBegin, key(""));
    assertThat(admit(blind(before)).metadata()).isTrue();
    Mutation across = Mutation.clearRange(Bytes.of(0xff), Bytes.of(0xff, 0x02, 0));
    assertThat(admit(blind(across)).metadata()).isTrue();
  }

  @Test
  void anIdDoesNotCountForTheLimitOfBytes() {
    List<Mutation> mutations = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      mutations.add(Mutation.set(Bytes.of(i), zeros(99_999)));
    }
    Bytes id = IdempotencyIds.id(3, 7);
    assertAdmitted(FakeCluster.withId(blind(mutations.toArray(Mutation[]::new)), id));
    mutations.set(0, Mutation.set(Bytes.of(0, 0), zeros(99_999)));
    assertRefused(
        ErrorCode.TRANSACTION_TOO_LARGE,
        "10000001",
        FakeCluster.withId(blind(mutations.toArray(Mutation[]::new)), id));
  }

  @Test
  void whatAnIdAddsToAPushIsCounted() throws RefusedException {
    CommitTransaction plain = blind(Mutation.set(key("a"), key("b")));
    IdRows rows = new IdRows();
    rows.begin(RT);
    rows.add(IdempotencyIds.id(3, 7), 0);
    int added =
        admit(FakeCluster.withId(plain, IdempotencyIds.id(3, 7))).pushBytes()
            - admit(plain).pushBytes();
    assertThat(added).isGreaterThanOrEqualTo(rows.mutations().length());
  }
}
