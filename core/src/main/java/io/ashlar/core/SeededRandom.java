package io.ashlar.core;

import java.util.random.RandomGenerator;

/**
 * The generator behind every random draw of a role and of the simulator: xoshiro256** 1.0 by
 * Blackman and Vigna ("Scrambled linear pseudorandom number generators", 2018), seeded through
 * SplitMix64. Its own code, so that a seed gives the same draws on every JDK.
 *
 * <p>Not thread-safe. Only {@code nextLong} and the methods of this class are used by code whose
 * draws must be equal everywhere; the default methods of {@link RandomGenerator} may change between
 * JDKs, so the bounded and floating-point ones are overridden here.
 */
public final class SeededRandom implements RandomGenerator {
  private long s0;
  private long s1;
  private long s2;
  private long s3;

  public SeededRandom(long seed) {
    long x = seed;
    long[] state = new long[4];
    for (int i = 0; i < 4; i++) {
      x += 0x9E3779B97F4A7C15L;
      state[i] = mix(x);
    }
    s0 = state[0];
    s1 = state[1];
    s2 = state[2];
    s3 = state[3];
  }

  private static long mix(long z) {
    long x = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }

  /**
   * An independent stream for one concern. The name keeps streams of different concerns apart even
   * when the parent has drawn nothing in between; this generator itself does not advance.
   */
  public SeededRandom fork(String concern) {
    long h = mix(s0 + 0x9E3779B97F4A7C15L * (s3 | 1));
    for (int i = 0; i < concern.length(); i++) {
      h = mix(h ^ concern.charAt(i)) + 0x9E3779B97F4A7C15L;
    }
    return new SeededRandom(h);
  }

  @Override
  public long nextLong() {
    long result = Long.rotateLeft(s1 * 5, 7) * 9;
    long t = s1 << 17;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = Long.rotateLeft(s3, 45);
    return result;
  }

  @Override
  public int nextInt() {
    return (int) (nextLong() >>> 32);
  }

  /** Uniform in {@code [0, bound)}; {@code bound} is positive. */
  @Override
  public long nextLong(long bound) {
    Check.that(bound > 0, "bound must be positive: ", bound);
    long mask = bound - 1;
    if ((bound & mask) == 0) {
      return nextLong() & mask;
    }
    long bits = nextLong() >>> 1;
    long value = bits % bound;
    while (bits - value + mask < 0) {
      bits = nextLong() >>> 1;
      value = bits % bound;
    }
    return value;
  }

  /** Uniform in {@code [origin, bound)}. */
  @Override
  public long nextLong(long origin, long bound) {
    return origin + nextLong(bound - origin);
  }

  @Override
  public int nextInt(int bound) {
    return (int) nextLong(bound);
  }

  @Override
  public int nextInt(int origin, int bound) {
    return (int) (origin + nextLong((long) bound - origin));
  }

  @Override
  public boolean nextBoolean() {
    return nextLong() < 0;
  }

  /** Uniform in {@code [0, 1)}, a multiple of 2^-53. */
  @Override
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  @Override
  public float nextFloat() {
    return (nextLong() >>> 40) * 0x1.0p-24f;
  }

  /** True about {@code perMillion} times in a million draws. */
  public boolean chance(int perMillion) {
    return nextLong(1_000_000) < perMillion;
  }

  @Override
  public void nextBytes(byte[] bytes) {
    long word = 0;
    for (int i = 0; i < bytes.length; i++) {
      if ((i & 7) == 0) {
        word = nextLong();
      }
      bytes[i] = (byte) word;
      word >>>= 8;
    }
  }
}
