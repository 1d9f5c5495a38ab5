package io.ashlar.simulation.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A test class that was run by JUnit from within a test, and what came of it. */
final class LaunchedTests implements TestExecutionListener {
  /** Every test by its name, in the order in which they ended; null for those that passed. */
  final Map<String, Throwable> ended = new LinkedHashMap<>();

  final List<String> skipped = new ArrayList<>();

  /** Failures of classes and methods as a whole. */
  final List<Throwable> containers = new ArrayList<>();

  static LaunchedTests of(Class<?> testClass, String... parameters) {
    LauncherDiscoveryRequestBuilder request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectClass(testClass));
    for (int i = 0; i < parameters.length; i += 2) {
      request.configurationParameter(parameters[i], parameters[i + 1]);
    }
    LaunchedTests launched = new LaunchedTests();
    LauncherDiscoveryRequest built = request.build();
    LauncherFactory.create().execute(built, launched);
    return launched;
  }

  @Override
  public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
    Throwable thrown = result.getThrowable().orElse(null);
    if (test.isTest()) {
      ended.put(test.getDisplayName(), thrown);
    } else if (thrown != null) {
      containers.add(thrown);
    }
  }

  @Override
  public synchronized void executionSkipped(TestIdentifier test, String reason) {
    skipped.add(test.getDisplayName());
  }

  /** The one that failed. */
  Throwable failure() {
    List<Throwable> failures = ended.values().stream().filter(thrown -> thrown != null).toList();
    if (failures.size() != 1) {
      throw new AssertionError("not one failure: " + ended + " " + containers);
    }
    return failures.get(0);
  }

  /** Why no test was run at all. */
  Throwable refusal() {
    if (containers.size() != 1) {
      throw new AssertionError("not one refusal: " + containers + " " + ended);
    }
    return containers.get(0);
  }
}
