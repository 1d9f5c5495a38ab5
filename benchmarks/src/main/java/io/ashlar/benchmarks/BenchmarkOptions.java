package io.ashlar.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * What the resolver benchmark runs.
 *
 * @param warmups rounds before those that count
 */
record BenchmarkOptions(
    List<ResolverWorkload.Shape> shapes,
    int batches,
    int transactions,
    int window,
    int warmups,
    int rounds,
    long seed,
    boolean isJson) {
  private static final String USAGE =
      "usage: ResolverBenchmark [--shape ranges|points|long_points|all] [--batches 500]"
          + " [--transactions 2500] [--window 50] [--warmups 2] [--rounds 5] [--seed 1] [--json]";

  static BenchmarkOptions parse(String[] arguments) {
    List<ResolverWorkload.Shape> shapes = List.of(ResolverWorkload.Shape.RANGES);
    int batches = 500;
    int transactions = 2_500;
    int window = 50;
    int warmups = 2;
    int rounds = 5;
    long seed = 1;
    boolean isJson = false;
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i];
      if (name.equals("--json")) {
        isJson = true;
        continue;
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(USAGE);
      }
      String value = arguments[++i];
      switch (name) {
        case "--shape" -> shapes = shapes(value);
        case "--batches" -> batches = Integer.parseInt(value);
        case "--transactions" -> transactions = Integer.parseInt(value);
        case "--window" -> window = Integer.parseInt(value);
        case "--warmups" -> warmups = Integer.parseInt(value);
        case "--rounds" -> rounds = Integer.parseInt(value);
        case "--seed" -> seed = Long.parseLong(value);
        default -> throw new IllegalArgumentException(USAGE);
      }
    }
    return new BenchmarkOptions(
        shapes, batches, transactions, window, warmups, rounds, seed, isJson);
  }

  private static List<ResolverWorkload.Shape> shapes(String value) {
    return value.equals("all")
        ? List.of(ResolverWorkload.Shape.values())
        : List.of(ResolverWorkload.Shape.valueOf(value.toUpperCase(Locale.ROOT)));
  }
}
