package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CoreValuesTest {
  @Test
  void errorNumbersAndNamesAreUniqueAndFoundAgain() {
    Set<Integer> numbers = new HashSet<>();
    Set<String> labels = new HashSet<>();
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(numbers.add(code.number())).isTrue();
      assertThat(labels.add(code.label())).isTrue();
      assertThat(code.label()).matches("[a-z_]+");
      assertThat(code.meaning()).endsWith(".");
      assertThat(ErrorCode.ofNumber(code.number())).isEqualTo(code);
    }
    assertThat(ErrorCode.ofNumber(999_999)).isEqualTo(ErrorCode.INTERNAL_ERROR);
  }

  @Test
  void thePredicatesOfErrorsFitTogether() {
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(code.isMaybeCommitted() && code.isRetryableNotCommitted()).isFalse();
      assertThat(code.isRetryable())
          .isEqualTo(code.isMaybeCommitted() || code.isRetryableNotCommitted());
    }
    assertThat(ErrorCode.NOT_COMMITTED.isRetryableNotCommitted()).isTrue();
    assertThat(ErrorCode.COMMIT_UNKNOWN_RESULT.isMaybeCommitted()).isTrue();
    assertThat(ErrorCode.MAY_STILL_COMMIT.isRetryable()).isFalse();
  }

  @Test
  void mutationTypesAreFoundByTheirCodes() {
    for (MutationType type : MutationType.values()) {
      assertThat(MutationType.ofCode(type.code())).isEqualTo(type);
    }
    for (int code : new int[] {-1, 3, 21, 99, 127, 128, 255}) {
      assertThatThrownBy(() -> MutationType.ofCode(code)).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void clientsSendWhatComesBeforeTheLogsOwnTypes() {
    assertThat(MutationType.SET.isAllowedFromClient()).isTrue();
    assertThat(MutationType.COMPARE_AND_CLEAR.isAllowedFromClient()).isTrue();
    assertThat(MutationType.SET_VERSIONSTAMPED_KEY.isAllowedFromClient()).isTrue();
    assertThat(MutationType.EPOCH_END.isAllowedFromClient()).isFalse();
    assertThat(MutationType.SHARD_ASSIGNED.isAllowedFromClient()).isFalse();
    assertThat(MutationType.SHARD_REMOVED.isAllowedFromClient()).isFalse();
  }

  @Test
  void verdictsAreOrderedByTheirCodes() {
    for (Verdict verdict : Verdict.values()) {
      assertThat(Verdict.ofCode(verdict.code())).isEqualTo(verdict);
    }
    assertThat(Verdict.CONFLICT.code()).isLessThan(Verdict.TOO_OLD.code());
    assertThat(Verdict.TOO_OLD.code()).isLessThan(Verdict.COMMITTED.code());
    assertThatThrownBy(() -> Verdict.ofCode(3)).isInstanceOf(MalformedException.class);
  }

  @Test
  void storeTimeFollowsTheVersionAndNeverGoesBack() {
    StoreTime time = new StoreTime(100_000_000, 5_000);
    assertThat(time.millisAt(100_000_000)).isEqualTo(5_000);
    assertThat(time.millisAt(100_000_999)).isEqualTo(5_000);
    assertThat(time.millisAt(100_001_000)).isEqualTo(5_001);
    assertThat(time.millisAt(101_000_000)).isEqualTo(6_000);
    assertThat(time.millisAt(3)).isEqualTo(5_000);
  }

  @Test
  void aMutationKnowsWhichKeysItMayChange() {
    Bytes key = Bytes.of(1);
    assertThat(Mutation.set(key, key).affected()).isEqualTo(KeyRange.ofKey(key));
    KeyRange range = new KeyRange(key, Bytes.of(5));
    assertThat(Mutation.clearRange(range.begin(), range.end()).affected()).isEqualTo(range);
    assertThatThrownBy(() -> Mutation.epochEnd(7).affected())
        .isInstanceOf(IllegalStateException.class);
    assertThat(Mutation.epochEnd(7).first()).isEqualTo(Bytes.of(0, 0, 0, 0, 0, 0, 0, 7));
  }

  @Test
  void aVarintLongerThanItNeedsToBeIsMalformed() {
    assertThat(new ByteReader(Bytes.of(0)).getVarint()).isZero();
    assertThat(new ByteReader(Bytes.of(0x85, 1)).getVarint()).isEqualTo(0x85);
    for (Bytes padded : List.of(Bytes.of(0x80, 0), Bytes.of(0x85, 0x80, 0x80, 0))) {
      assertThatThrownBy(() -> new ByteReader(padded).getVarint())
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void aVarintOfMoreThanSixtyFourBitsIsMalformed() {
    int[] ten = {255, 255, 255, 255, 255, 255, 255, 255, 255, 1};
    assertThat(new ByteReader(Bytes.of(ten)).getVarint()).isEqualTo(-1);
    ten[9] = 2;
    assertThatThrownBy(() -> new ByteReader(Bytes.of(ten)).getVarint())
        .isInstanceOf(MalformedException.class);
    ten[9] = 0x81;
    assertThatThrownBy(() -> new ByteReader(Bytes.of(ten)).getVarint())
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> new ByteReader(Bytes.of(255, 255, 255, 255, 15)).getCount())
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void identifiersAreReadOnlyFromTheirOwnForm() {
    assertThatThrownBy(() -> Uid.parse("12")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Uid.parse("x".repeat(32)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new Uid(-1, 1)).isGreaterThan(new Uid(1, -1));
    assertThat(Uid.draw(new SeededRandom(1)).low()).isNotNegative();
  }

  @Test
  void selectorsMoveByKeys() {
    Bytes key = Bytes.of(1);
    assertThat(KeySelector.firstGreaterOrEqual(key).add(2))
        .isEqualTo(new KeySelector(key, false, 3));
    assertThat(KeySelector.firstGreaterThan(key)).isEqualTo(new KeySelector(key, true, 1));
    assertThat(KeySelector.lastLessThan(key)).isEqualTo(new KeySelector(key, false, 0));
    assertThat(KeySelector.lastLessOrEqual(key)).isEqualTo(new KeySelector(key, true, 0));
  }

  @Test
  void aFailedCheckSaysItsValues() {
    assertThatThrownBy(() -> Check.that(false, "from ", 1, " to ", 2)).hasMessage("from 1 to 2");
    assertThatThrownBy(() -> Check.that(false, "key ", Bytes.of('a'))).hasMessage("key a");
    Check.that(true, "nothing");
  }
}
