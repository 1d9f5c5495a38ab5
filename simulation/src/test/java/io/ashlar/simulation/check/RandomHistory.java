package io.ashlar.simulation.check;

import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;

/** Histories of one register, drawn. */
final class RandomHistory {
  private RandomHistory() {}

  /**
   * What clients of a true register see. Each operation takes effect at a drawn moment between its
   * beginning and its end; some of those that write never end, or end in doubt, done or not.
   *
   * @param clients how many go on at a time
   * @param values how many there are; as many as there are operations are never written twice
   */
  static List<RegisterOperation> ofTrueRegister(
      SeededRandom random, int operations, int clients, long values) {
    List<RegisterOperation> history = new ArrayList<>();
    long[] free = new long[clients];
    long present = RegisterOperation.ABSENT;
    long lastValue = 0;
    for (int i = 0; i < operations; i++) {
      // Moments of effect are multiples of 100, in the order of the operations.
      long effect = 100L * (i + 1);
      int client = random.nextInt(clients);
      long begun = Math.max(free[client] + 1, effect - random.nextInt(1, 100 * clients));
      if (begun >= effect) {
        continue;
      }
      long end = effect + random.nextInt(1, 100 * clients);
      free[client] = end;
      lastValue++;
      long value = values == Long.MAX_VALUE ? lastValue : random.nextLong(values);
      boolean applied = !random.chance(50_000);
      boolean certain = applied && !random.chance(50_000);
      long told = !certain && random.nextBoolean() ? RegisterOperation.ENDLESS : end;
      switch (random.nextInt(4)) {
        case 0 -> {
          history.add(RegisterOperation.write(i, 0, value, begun, told, certain));
          present = applied ? value : present;
        }
        case 1 -> {
          history.add(RegisterOperation.compareAndSet(i, 0, present, value, begun, told, certain));
          present = applied ? value : present;
        }
        case 2 -> {
          if (values != Long.MAX_VALUE && present != value) {
            history.add(RegisterOperation.readOther(i, 0, value, begun, end));
          }
        }
        default -> history.add(RegisterOperation.read(i, 0, present, begun, end));
      }
    }
    return history;
  }

  /** Operations with nothing behind them: right or wrong as it comes. */
  static List<RegisterOperation> anything(SeededRandom random, int operations) {
    List<RegisterOperation> history = new ArrayList<>();
    boolean unique = random.nextBoolean();
    for (int i = 0; i < operations; i++) {
      long begun = random.nextInt(0, 20);
      long end = begun + random.nextInt(1, 10);
      boolean certain = !random.chance(300_000);
      long told = certain || random.nextBoolean() ? end : RegisterOperation.ENDLESS;
      long expected =
          random.nextInt(4) == 0
              ? RegisterOperation.ABSENT
              : random.nextInt(unique ? operations : 2);
      long value = unique ? i : random.nextInt(2);
      history.add(
          switch (random.nextInt(unique ? 6 : 7)) {
            case 0, 1 -> RegisterOperation.write(i, 0, value, begun, told, certain);
            case 2, 3 ->
                RegisterOperation.compareAndSet(i, 0, expected, value, begun, told, certain);
            case 6 -> RegisterOperation.readOther(i, 0, expected, begun, end);
            default -> RegisterOperation.read(i, 0, expected, begun, end);
          });
    }
    return history;
  }

  /** Whether some order explains them: by trying all. */
  static boolean hasOrder(List<RegisterOperation> operations) {
    return hasOrder(operations, 0, RegisterOperation.ABSENT);
  }

  private static boolean hasOrder(List<RegisterOperation> operations, int done, long present) {
    if (operations.stream()
        .allMatch(each -> !each.certain() || (done & 1 << operations.indexOf(each)) != 0)) {
      return true;
    }
    for (int i = 0; i < operations.size(); i++) {
      RegisterOperation next = operations.get(i);
      if ((done & 1 << i) != 0 || !next.fits(present)) {
        continue;
      }
      // What is certain and ended before this began must be done; what is in doubt and ended
      // before this began can only be left out, so it may not come after this: skipping it is
      // leaving it out, which is checked by never coming back to it.
      if (!mayBeNext(operations, done, next)) {
        continue;
      }
      long after = next.reads() ? present : next.value();
      int left = done | 1 << i | endedBefore(operations, next);
      if (hasOrder(operations, left, after)) {
        return true;
      }
    }
    return false;
  }

  private static boolean mayBeNext(
      List<RegisterOperation> operations, int done, RegisterOperation next) {
    for (int i = 0; i < operations.size(); i++) {
      RegisterOperation other = operations.get(i);
      if (other.certain() && (done & 1 << i) == 0 && other.endedAt() < next.begunAt()) {
        return false;
      }
    }
    return true;
  }

  /** Those in doubt that ended before {@code next} began: they are done or never will be. */
  private static int endedBefore(List<RegisterOperation> operations, RegisterOperation next) {
    int ended = 0;
    for (int i = 0; i < operations.size(); i++) {
      if (!operations.get(i).certain() && operations.get(i).endedAt() < next.begunAt()) {
        ended |= 1 << i;
      }
    }
    return ended;
  }
}
