package io.ashlar.simulation.junit;

import io.ashlar.core.AshlarException;
import io.ashlar.simulation.SimulatedRun;
import io.ashlar.simulation.SimulatedRunFailed;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.IncompleteExecutionException;

/** The error of a test that failed with a seed: what was wrong, and how to have it again. */
final class SeedFailure {
  private SeedFailure() {}

  /** Whether it is no failure: an assumption that does not hold, or an error made here. */
  static boolean isNone(Throwable thrown) {
    return thrown instanceof IncompleteExecutionException || thrown instanceof SimulatedTestFailed;
  }

  /**
   * @param run null when it did not come into being
   */
  static SimulatedTestFailed of(
      Throwable thrown, long seed, SimulatedRun run, RunTrace trace, ExtensionContext context) {
    StringBuilder text = new StringBuilder("seed ").append(seed).append(": ");
    text.append(words(thrown));
    String name = "\n  replay: ";
    for (String line : replay(seed, context)) {
      text.append(name).append(line);
      name = "\n          ";
    }
    if (run != null) {
      List<String> faults = new ArrayList<>();
      run.faults().forEach((kind, count) -> faults.add(kind + " " + count));
      text.append("\n  faults: ").append(faults.isEmpty() ? "none" : String.join(", ", faults));
    }
    if (run != null) {
      text.append("\n  course: ").append(page(seed, context)).append(" (what happened when)");
    }
    Path file = Surroundings.file(test(context), seed, ".txt");
    try {
      Surroundings.write(file, known(thrown, seed, run, trace, context));
      text.append("\n  events: ").append(file);
      if (!trace.isWhole()) {
        text.append(" (the last ones; all with -Dashlar.trace=true)");
      }
    } catch (IOException e) {
      text.append("\n  events: cannot be written: ").append(e);
    }
    SimulatedTestFailed failed = SimulatedTestFailed.of(text.toString(), thrown);
    // So that the place that people and tools look at is the one in the test.
    failed.setStackTrace(thrown.getStackTrace());
    return failed;
  }

  private static String test(ExtensionContext context) {
    return context.getRequiredTestClass().getName()
        + "."
        + context.getRequiredTestMethod().getName();
  }

  /** Where the page with the course of the run is to be found. */
  private static Path page(long seed, ExtensionContext context) {
    return Surroundings.file(test(context), seed, ".html");
  }

  /** Writes the course of a run that has ended, as its message has promised. */
  static void writePage(
      SimulatedTestFailed failed, long seed, SimulatedRun run, ExtensionContext context)
      throws IOException {
    String page =
        run.page(
            context.getRequiredTestMethod().getName() + ", seed " + seed,
            words(failed.getCause()),
            replay(seed, context).get(0));
    Surroundings.write(page(seed, context), List.of(page));
  }

  private static List<String> known(
      Throwable thrown, long seed, SimulatedRun run, RunTrace trace, ExtensionContext context) {
    List<String> lines = new ArrayList<>();
    lines.add(test(context) + ", seed " + seed);
    lines.addAll(Surroundings.stack(thrown));
    if (run != null) {
      lines.add("");
      lines.add("What was drawn:");
      lines.addAll(run.describe());
      lines.add("");
      lines.add("What happened:");
      lines.addAll(run.moments());
      lines.add("");
      lines.add(trace.isWhole() ? "All events:" : "The last events:");
      lines.addAll(trace.lines());
    }
    return lines;
  }

  /** Of what is not written to be read alone, with the kind of error. */
  private static String words(Throwable thrown) {
    boolean isText =
        thrown instanceof AssertionError
            || thrown instanceof SimulatedRunFailed
            || thrown instanceof AshlarException;
    return isText && thrown.getMessage() != null ? thrown.getMessage() : thrown.toString();
  }

  /** Ways to have a seed again. */
  private static List<String> replay(long seed, ExtensionContext context) {
    Class<?> testClass = context.getRequiredTestClass();
    Method method = context.getRequiredTestMethod();
    List<String> lines = new ArrayList<>();
    if (Surroundings.isMaven()) {
      // Surefire knows nested classes by their binary names, without the package.
      String simple = testClass.getName().substring(testClass.getPackageName().length());
      lines.add(
          "mvn test -Dtest='"
              + (simple.startsWith(".") ? simple.substring(1) : simple)
              + "#"
              + method.getName()
              + "' -Dashlar.seed="
              + seed);
    }
    if (Surroundings.isGradle()) {
      lines.add(
          "ASHLAR_SEED="
              + seed
              + " ./gradlew test --tests '"
              + testClass.getName()
              + "."
              + method.getName()
              + "'");
    }
    lines.add(
        "or seed = "
            + seed
            + " in @SimulatedCluster, or ASHLAR_SEED="
            + seed
            + " in the environment");
    return lines;
  }
}
