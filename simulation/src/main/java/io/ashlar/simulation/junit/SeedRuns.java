package io.ashlar.simulation.junit;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;

/** All seeds of one test method. Its invocations may be in several threads. */
final class SeedRuns {
  private final SimulationSettings settings;
  private final AtomicInteger failures = new AtomicInteger();

  SeedRuns(SimulationSettings settings) {
    this.settings = settings;
  }

  SimulationSettings settings() {
    return settings;
  }

  /** Of one seed: one, or two that must be equal. */
  List<TestTemplateInvocationContext> invocations(long seed) {
    SeedInvocation first = new SeedInvocation(this, seed, null);
    return settings.twice()
        ? List.of(first, new SeedInvocation(this, seed, first))
        : List.of(first);
  }

  void addFailure() {
    failures.incrementAndGet();
  }

  boolean goOn() {
    return failures.get() < settings.failuresMax();
  }
}
