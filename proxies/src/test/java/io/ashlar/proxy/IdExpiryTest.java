package io.ashlar.proxy;

import static io.ashlar.proxy.IdExpiry.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class IdExpiryTest {
  private static final long RT = 1_000_000;
  private static final long WINDOW = 500;
  private static final long LIFETIME = 300;
  private static final long AGE = WINDOW + LIFETIME;

  private final IdExpiry expiry = new IdExpiry(RT, WINDOW, LIFETIME);

  private long expire(long version) {
    long bound = expiry.bound(version, false);
    if (bound != NONE) {
      expiry.expired(version, bound);
    }
    return bound;
  }

  @Test
  void anEpochClearsNothingBeforeItHasLastedAsLongAsAnIdLives() {
    assertThat(expiry.isPending()).isTrue();
    assertThat(expiry.bound(RT + 1, true)).isEqualTo(NONE);
    assertThat(expiry.bound(RT + AGE - 1, true)).isEqualTo(NONE);
    assertThat(expire(RT + AGE)).isEqualTo(RT);
    assertThat(expiry.isPending()).isFalse();
    assertThat(expiry.expiredAt()).isEqualTo(RT + AGE);
  }

  @Test
  void whatWasWrittenIsKeptForAWindowAndALifetimeAndClearedThen() {
    expire(RT + AGE);
    long written = RT + 5_000;
    expiry.written(written);
    assertThat(expiry.isPending()).isTrue();
    assertThat(expire(written + AGE)).isEqualTo(NONE);
    assertThat(expire(written + AGE + 1)).isEqualTo(written + 1);
    assertThat(expiry.isPending()).isFalse();
    assertThat(expiry.bound(written + 10 * AGE, true)).isEqualTo(NONE);
  }

  @Test
  void whileIdsAreWrittenTheyAreClearedInSteps() {
    expire(RT + AGE);
    int times = 0;
    long last = 0;
    for (long version = RT + AGE + 1; version < RT + 11 * AGE; version++) {
      expiry.written(version);
      long bound = expire(version);
      if (bound != NONE) {
        times++;
        assertThat(bound).isEqualTo(version - AGE).isGreaterThan(last);
        last = bound;
      }
      // No id is kept for much longer than it must be.
      assertThat(last == 0 ? 0 : version - last).isLessThanOrEqualTo(AGE + AGE / 8 + 1);
    }
    assertThat(times).isBetween(70, 80);
  }

  @Test
  void whatIsDoneEarlyIsDoneOfWhatHasExpiredAlone() {
    expire(RT + AGE);
    long written = RT + 10_000;
    expiry.written(written);
    // It is the only one, so that a step after it is the same as its end.
    expiry.written(written + 1);
    long first = written + AGE;
    assertThat(expiry.bound(first, true)).isEqualTo(NONE);
    assertThat(expiry.bound(first + 1, true)).isEqualTo(first + 1 - AGE);
    assertThat(expiry.bound(first + 1, false)).isEqualTo(NONE);
  }
}
