package io.ashlar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.AtomicOps;
import io.ashlar.core.Bytes;
import io.ashlar.core.MutationType;
import io.ashlar.core.SeededRandom;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class WrittenTest {
  static final List<MutationType> ATOMIC =
      List.of(
          MutationType.ADD,
          MutationType.BIT_AND,
          MutationType.BIT_OR,
          MutationType.BIT_XOR,
          MutationType.APPEND_IF_FITS,
          MutationType.MAX,
          MutationType.MIN,
          MutationType.BYTE_MIN,
          MutationType.BYTE_MAX,
          MutationType.COMPARE_AND_CLEAR);

  private static Bytes drawBytes(SeededRandom random) {
    byte[] bytes = new byte[random.nextInt(4)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextInt(3) * 127);
    }
    return Bytes.wrap(bytes);
  }

  @Property(tries = 2000, seed = "11")
  void stackedOperationsGiveWhatOneAfterTheOtherGives(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    Bytes base = random.nextBoolean() ? null : drawBytes(random);
    Written written = null;
    Bytes expected = base;
    MutationType type = ATOMIC.get(random.nextInt(ATOMIC.size()));
    for (int i = 0; i < 1 + random.nextInt(6); i++) {
      if (random.nextInt(3) == 0) {
        type = ATOMIC.get(random.nextInt(ATOMIC.size()));
      }
      Bytes operand = drawBytes(random);
      written = written == null ? Written.over(type, operand) : written.then(type, operand);
      expected = AtomicOps.apply(type, expected, operand);
    }
    assertThat(written.isIndependent()).isFalse();
    assertThat(written.evaluate(base)).isEqualTo(expected);
  }
}
