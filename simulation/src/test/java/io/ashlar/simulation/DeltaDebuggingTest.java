package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeltaDebuggingTest {
  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void findsExactlyWhatIsNeededWhereverItLies() {
    SeededRandom random = new SeededRandom(5);
    for (int run = 0; run < 300; run++) {
      int size = random.nextInt(1, 200);
      TreeSet<Integer> needed = new TreeSet<>();
      int count = random.nextInt(Math.min(size, 5) + 1);
      while (needed.size() < count) {
        needed.add(random.nextInt(size));
      }
      assertThat(DeltaDebugging.minimize(numbers(size), part -> part.containsAll(needed)))
          .containsExactlyElementsOf(needed);
    }
  }

  @Test
  void oneOfManyIsFoundWithFewTests() {
    int[] tests = new int[1];
    List<Integer> found =
        DeltaDebugging.minimize(
            numbers(1_000),
            part -> {
              tests[0]++;
              return part.contains(777);
            });
    assertThat(found).containsExactly(777);
    assertThat(tests[0]).isLessThan(30);
  }

  @Test
  void ofWhatFailsForSeveralReasonsOneIsLeft() {
    List<Integer> found =
        DeltaDebugging.minimize(
            numbers(50), part -> part.contains(3) || part.containsAll(List.of(20, 40)));
    assertThat(found).containsExactly(3);
  }

  @Test
  void whoeverSaysNoToEverythingGetsTheWholeListBack() {
    assertThat(DeltaDebugging.minimize(numbers(9), part -> false)).isEqualTo(numbers(9));
    assertThat(DeltaDebugging.minimize(numbers(1), part -> false)).isEqualTo(numbers(1));
    assertThat(DeltaDebugging.minimize(numbers(0), part -> true)).isEmpty();
  }
}
