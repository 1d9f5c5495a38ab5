package io.ashlar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.Mutations;
import java.util.List;
import org.junit.jupiter.api.Test;

class PulledTest {
  private static final Pulled.Awaited NOTHING_ARRIVES =
      new Pulled.Awaited() {
        @Override
        public void mutation(long version, Mutation mutation) {
          throw new AssertionError(mutation);
        }

        @Override
        public void changed(KeyRange range) {
          throw new AssertionError(range);
        }
      };

  private static final Bytes KEY = Bytes.utf8("k");

  private final Pulled pulled = new Pulled();
  private final VersionedMap map = new VersionedMap(0, Shards.NONE.with(Keys.ALL));

  private void apply(long version, long through, Mutation mutation) {
    Bytes mutations = Mutations.encode(List.of(mutation));
    pulled.add(new ByteWriter(64).putLong(version).putBytes(mutations).toBytes(), through);
    assertThat(pulled.apply(map, (begin, end, at) -> {}, NOTHING_ARRIVES).missing()).isEmpty();
  }

  @Test
  void noVersionLiesBetweenTheEndOfAnEpochAndTheRecoveryTransactionOfTheNext() {
    apply(10, 10, Mutation.set(KEY, KEY));
    assertThat(pulled.outsideGaps(10)).isEqualTo(10);
    apply(100, 120, Mutation.epochEnd(10));
    assertThat(pulled.outsideGaps(9)).isEqualTo(9);
    assertThat(pulled.outsideGaps(10)).isEqualTo(10);
    assertThat(pulled.outsideGaps(11)).isEqualTo(10);
    assertThat(pulled.outsideGaps(99)).isEqualTo(10);
    assertThat(pulled.outsideGaps(100)).isEqualTo(100);
    assertThat(pulled.outsideGaps(120)).isEqualTo(120);
  }

  @Test
  void anEpochThatWasTakenBackLeavesNoGap() {
    apply(10, 10, Mutation.set(KEY, KEY));
    apply(100, 100, Mutation.epochEnd(10));
    // Nothing of that epoch was kept, and the next one begins below it in other versions.
    apply(150, 150, Mutation.epochEnd(50));
    assertThat(pulled.outsideGaps(60)).isEqualTo(50);
    assertThat(pulled.outsideGaps(45)).isEqualTo(45);
  }
}
