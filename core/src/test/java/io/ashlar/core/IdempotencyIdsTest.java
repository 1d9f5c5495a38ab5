package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class IdempotencyIdsTest {
  private static final long[] VERSIONS = {0, 5, 255, 256, 999, 1_000, 1_001, 1L << 40};

  @Test
  void aRowIsNoMetadataAndHasItsVersion() {
    for (long version : VERSIONS) {
      for (int place : new int[] {0, 1, 255, 256, 65_535}) {
        Bytes key = IdempotencyIds.rowKey(version, place);
        assertThat(IdempotencyIds.versionOf(key)).isEqualTo(version);
        assertThat(IdempotencyIds.ROWS.contains(key)).isTrue();
        assertThat(Keys.isMetadata(key)).isFalse();
      }
    }
    assertThat(IdempotencyIds.RANGE.contains(IdempotencyIds.ROWS)).isTrue();
    assertThat(IdempotencyIds.RANGE.contains(IdempotencyIds.EXPIRED_KEY)).isTrue();
    assertThat(Keys.SYSTEM_ROWS.contains(IdempotencyIds.RANGE)).isTrue();
  }

  @Test
  void clientsAndNumbersMakeIdsDiffer() {
    List<Bytes> ids =
        List.of(IdempotencyIds.id(1, 1), IdempotencyIds.id(17, 1), IdempotencyIds.id(1, 2));
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(ids).allMatch(id -> id.length() == IdempotencyIds.ID_BYTES);
  }

  @Test
  void anIdIsFoundInItsRowWithItsPlace() {
    ByteWriter row = new ByteWriter(0);
    for (int i = 0; i < 300; i += 3) {
      row.putRaw(IdempotencyIds.id(-5, i)).putByte(i >>> 8).putByte(i);
    }
    for (int i = 0; i < 300; i++) {
      int expected = i % 3 == 0 ? i : -1;
      assertThat(IdempotencyIds.placeOf(IdempotencyIds.id(-5, i), row.toBytes()))
          .isEqualTo(expected);
      assertThat(IdempotencyIds.placeOf(IdempotencyIds.id(-6, i), row.toBytes())).isEqualTo(-1);
    }
  }

  @Test
  void theRowsOfAStretchOfVersionsAreThoseAboveItsBeginThroughItsEnd() {
    for (long above : VERSIONS) {
      for (long through : VERSIONS) {
        if (above <= through) {
          KeyRange rows = IdempotencyIds.rowsOf(above, through);
          for (long version : VERSIONS) {
            boolean isInside = above < version && version <= through;
            assertThat(rows.contains(IdempotencyIds.rowKey(version, 0))).isEqualTo(isInside);
            assertThat(rows.contains(IdempotencyIds.rowKey(version, 0xffff))).isEqualTo(isInside);
          }
        }
      }
    }
  }

  @Test
  void expiringClearsExactlyTheRowsOfVersionsBelow() {
    List<Mutation> mutations = Mutations.decode(IdempotencyIds.expire(1_000));
    assertThat(mutations).hasSize(2);
    for (long version : VERSIONS) {
      for (int place : new int[] {0, 0xffff}) {
        boolean cleared =
            mutations.get(0).affected().contains(IdempotencyIds.rowKey(version, place));
        assertThat(cleared).isEqualTo(version < 1_000);
      }
    }
    assertThat(mutations).allMatch(m -> IdempotencyIds.RANGE.contains(m.affected()));
  }

  @Test
  void theBoundThatIsToldNeverGoesBack() {
    Bytes told = null;
    for (long bound : new long[] {1_000, 70_000, 300, 256, 70_001}) {
      List<Mutation> mutations = Mutations.decode(IdempotencyIds.expire(bound));
      Mutation last = mutations.get(mutations.size() - 1);
      assertThat(last.first()).isEqualTo(IdempotencyIds.EXPIRED_KEY);
      long before = IdempotencyIds.expiredBelow(told);
      told = AtomicOps.apply(last.type(), told, last.second());
      assertThat(IdempotencyIds.expiredBelow(told)).isEqualTo(Math.max(before, bound));
    }
  }
}
