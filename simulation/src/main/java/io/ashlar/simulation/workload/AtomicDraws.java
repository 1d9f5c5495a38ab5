package io.ashlar.simulation.workload;

import io.ashlar.client.MutationType;
import io.ashlar.core.Bytes;
import io.ashlar.core.SeededRandom;
import java.util.Arrays;
import java.util.List;

/** Draws atomic operations of every type, on values of every length. */
final class AtomicDraws {
  private static final List<MutationType> TYPES =
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

  private static final int OPERAND_BYTES_MAX = 12;

  private AtomicDraws() {}

  static MutationType type(SeededRandom random) {
    return TYPES.get(random.nextInt(TYPES.size()));
  }

  static io.ashlar.core.MutationType core(MutationType type) {
    return io.ashlar.core.MutationType.valueOf(type.name());
  }

  /**
   * An operand: empty now and then, of few bits or of many, and what a comparison looks for.
   *
   * @param current what the value is thought to be, null for absent
   */
  static Bytes operand(MutationType type, Bytes current, SeededRandom random) {
    if (current != null && type == MutationType.COMPARE_AND_CLEAR && random.chance(700_000)) {
      return current;
    }
    byte[] bytes = new byte[random.nextInt(OPERAND_BYTES_MAX + 1)];
    switch (random.nextInt(4)) {
      case 0 -> {
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) 0xff;
        }
      }
      case 1 -> {
        if (bytes.length > 0) {
          bytes[random.nextInt(bytes.length)] = 1;
        }
      }
      default -> random.nextBytes(bytes);
    }
    return Bytes.wrap(bytes);
  }

  /** A large operand: one byte again and again. */
  static Bytes large(int length, SeededRandom random) {
    return large(length, random.nextInt(256));
  }

  static Bytes large(int length, int fill) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) fill);
    return Bytes.wrap(bytes);
  }
}
