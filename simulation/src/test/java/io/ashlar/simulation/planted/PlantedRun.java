package io.ashlar.simulation.planted;

import io.ashlar.simulation.FailureKind;
import io.ashlar.simulation.Selection;
import io.ashlar.simulation.SimOptions;
import io.ashlar.simulation.SimResult;
import io.ashlar.simulation.SimRunner;
import io.ashlar.simulation.SimSummary;
import io.ashlar.simulation.Simulation;
import io.ashlar.simulation.faults.FaultDriver;
import io.ashlar.simulation.faults.FaultKinds;
import io.ashlar.simulation.workload.Workloads;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What is called inside the edited program; only what the platform defines crosses the border. Each
 * method tells the name of a {@link Verdict.Kind} and what was found.
 */
public final class PlantedRun {
  private PlantedRun() {}

  private static SimOptions options(int seconds, int factor, String workloads, String faults) {
    return SimOptions.defaults()
        .withBusySeconds(seconds)
        .withFaultFactor(factor)
        .withWorkloads(Selection.parse(workloads, Workloads.names()))
        .withFaults(Selection.parse(faults, FaultKinds.names()));
  }

  private static String[] passed() {
    return new String[] {Verdict.Kind.PASSED.name(), null};
  }

  /** Runs a seed; how much is committed does not matter. */
  public static String[] run(
      long seed, int seconds, int factor, String workloads, String faults, String detail) {
    SimOptions options = options(seconds, factor, workloads, faults).withCommitsMin(0);
    return told(Simulation.run(seed, options));
  }

  /** Runs a seed; too few commits are a failure, as by default. */
  public static String[] runAskingForCommits(
      long seed, int seconds, int factor, String workloads, String faults, String detail) {
    return told(Simulation.run(seed, options(seconds, factor, workloads, faults)));
  }

  private static String[] told(SimResult result) {
    FailureKind kind = result.failureKind();
    return kind == null ? passed() : new String[] {kind.name(), result.failure()};
  }

  /** Runs a seed twice, as a suite does that knows the digest of the first time. */
  public static String[] runTwice(
      long seed, int seconds, int factor, String workloads, String faults, String detail) {
    SimOptions options = options(seconds, factor, workloads, faults).withCommitsMin(0);
    Map<Long, String> digests = new TreeMap<>();
    SimRunner runner = new SimRunner(nowhere(), nowhere(), digests);
    runner.runSeed(seed, options);
    boolean isSame = runner.runSeed(seed, options) == 0;
    return isSame
        ? passed()
        : new String[] {FailureKind.NOT_REPEATABLE.name(), "the digest was another"};
  }

  /**
   * Runs seeds and looks for kinds of faults that never happened.
   *
   * @param seed the first one
   * @param detail how many
   */
  public static String[] coverage(
      long seed, int seconds, int factor, String workloads, String faults, String detail) {
    SimOptions options = options(seconds, factor, workloads, faults).withCommitsMin(0);
    SimSummary summary = new SimSummary();
    for (long next = seed; next < seed + Long.parseLong(detail); next++) {
      summary.add(Simulation.run(next, options));
    }
    List<String> missing =
        summary.holes().stream().filter(name -> name.startsWith(FaultDriver.HAPPENED)).toList();
    return missing.isEmpty() ? passed() : noticed("never happened: " + missing);
  }

  /** Runs the workload that must fail. */
  public static String[] canary(
      long seed, int seconds, int factor, String workloads, String faults, String detail) {
    return new SimRunner(nowhere(), nowhere()).canaryFails()
        ? passed()
        : noticed("the canary passes");
  }

  /**
   * Runs tests of a class: all that have no parameter, or one.
   *
   * @param detail its name, then {@code #method} for the one, with a number for its parameter in
   *     brackets if it has one
   */
  public static String[] ownTests(
      long seed, int seconds, int factor, String workloads, String faults, String detail)
      throws ReflectiveOperationException {
    String[] names = detail.split("[#()]");
    Class<?> tests = Class.forName(names[0], true, PlantedRun.class.getClassLoader());
    Constructor<?> constructor = tests.getDeclaredConstructor();
    constructor.setAccessible(true);
    Object[] parameters =
        names.length > 2 ? new Object[] {Integer.valueOf(names[2])} : new Object[0];
    int run = 0;
    for (Method method : tests.getDeclaredMethods()) {
      if (names.length > 1
          ? method.getName().equals(names[1])
          : method.isAnnotationPresent(Test.class)) {
        run++;
        method.setAccessible(true);
        try {
          method.invoke(constructor.newInstance(), parameters);
        } catch (InvocationTargetException e) {
          return noticed(tests.getSimpleName() + "." + method.getName() + ": " + e.getCause());
        }
      }
    }
    if (run == 0) {
      throw new IllegalArgumentException("no such test: " + detail);
    }
    return passed();
  }

  private static String[] noticed(String what) {
    return new String[] {Verdict.Kind.NOTICED.name(), what};
  }

  private static PrintStream nowhere() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }
}
