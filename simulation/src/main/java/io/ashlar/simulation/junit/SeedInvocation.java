package io.ashlar.simulation.junit;

import io.ashlar.client.Database;
import io.ashlar.client.Environment;
import io.ashlar.simulation.Simulated;
import io.ashlar.simulation.SimulatedClient;
import io.ashlar.simulation.SimulatedFaults;
import io.ashlar.simulation.SimulatedRun;
import io.ashlar.simulation.SimulatedRunFailed;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;

/** One run of a test method: with one seed, in a cluster of its own. */
final class SeedInvocation
    implements TestTemplateInvocationContext,
        ExecutionCondition,
        BeforeEachCallback,
        InvocationInterceptor,
        ParameterResolver,
        AfterEachCallback {
  private final SeedRuns runs;
  private final long seed;
  private final SeedInvocation first;
  private final RunTrace trace = new RunTrace();
  private SimulatedRun run;

  /** The first failure, or null. */
  private SimulatedTestFailed told;

  private boolean failed;

  /** The cluster is of no use any more. */
  private boolean broken;

  /** Null until it has ended; guarded by the first of two runs that must be equal. */
  private String digest;

  /** The run that must be equal to this one, or null. */
  private SeedInvocation again;

  /**
   * @param first the run that this one must be equal to, or null
   */
  SeedInvocation(SeedRuns runs, long seed, SeedInvocation first) {
    this.runs = runs;
    this.seed = seed;
    this.first = first;
    if (first != null) {
      first.again = this;
    }
  }

  @Override
  public String getDisplayName(int invocationIndex) {
    return "seed " + seed + (first == null ? "" : " again");
  }

  @Override
  public List<Extension> getAdditionalExtensions() {
    return List.of(this);
  }

  /** For tests in parallel, whose invocations are all made before the first fails. */
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return runs.goOn()
        ? ConditionEvaluationResult.enabled("no seed has failed")
        : ConditionEvaluationResult.disabled("other seeds have failed (failuresMax)");
  }

  private SimulatedRun run(ExtensionContext context) throws Throwable {
    if (run == null) {
      try {
        run = SimulatedRun.boot(seed, runs.settings().options());
      } catch (SimulatedRunFailed e) {
        throw failure(e, context);
      }
      trace.begin(run, Surroundings.wantsTrace(context));
    }
    return run;
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    sneakily(() -> run(context));
  }

  // ---- the code of the test, in the simulation

  @Override
  public void interceptBeforeEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    inSimulation("@BeforeEach " + method.getExecutable().getName(), invocation, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    run.beginFaults();
    inSimulation(method.getExecutable().getName(), invocation, context);
    try {
      run.finish();
    } catch (Throwable e) {
      // Whatever the end of the run has found; it is thrown on with the seed and how to have it
      // again.
      throw failure(e, context);
    }
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    if (broken) {
      // It can still free what is not of the simulation.
      invocation.proceed();
    } else {
      run.endFaults();
      inSimulation("@AfterEach " + method.getExecutable().getName(), invocation, context);
    }
  }

  private void inSimulation(String label, Invocation<Void> invocation, ExtensionContext context)
      throws Throwable {
    try {
      run(context).run(label, invocation::proceed);
    } catch (Throwable e) {
      // A test may throw anything; it is thrown on with the seed and how to have it again.
      throw failure(e, context);
    }
  }

  /** What to throw in place of {@code thrown}, which ended the test. */
  private Throwable failure(Throwable thrown, ExtensionContext context) {
    broken |= thrown instanceof SimulatedRunFailed || run == null;
    if (SeedFailure.isNone(thrown)) {
      return thrown;
    }
    if (!failed) {
      failed = true;
      runs.addFailure();
    }
    SimulatedTestFailed made = SeedFailure.of(thrown, seed, run, trace, context);
    if (told == null) {
      told = made;
    }
    return made;
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    if (run == null) {
      return;
    }
    boolean foundByOthers =
        context.getExecutionException().map(e -> !SeedFailure.isNone(e)).orElse(false);
    if (foundByOthers && !failed) {
      failed = true;
      runs.addFailure();
    }
    sneakily(
        () -> {
          try {
            end(context);
          } finally {
            if (told != null) {
              SeedFailure.writePage(told, seed, run, context);
            }
          }
        });
  }

  private void end(ExtensionContext context) throws Throwable {
    String own = run.digest();
    try {
      run.close();
    } catch (RuntimeException e) {
      if (!failed) {
        throw failure(e, context);
      }
    }
    SeedInvocation other = first != null ? first : again;
    boolean unlike;
    // With tests in parallel either one may be the last to end.
    synchronized (first != null ? first : this) {
      digest = own;
      unlike = other != null && other.digest != null && !failed && !digest.equals(other.digest);
    }
    if (unlike) {
      throw failure(new AssertionError(trace.unlike(other.trace)), context);
    }
  }

  /** Throws whatever it throws. */
  private interface Thrower {
    void run() throws Throwable;
  }

  private static void sneakily(Thrower code) throws Exception {
    try {
      code.run();
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      // Neither exception nor error: nothing here makes one, but a signature lets it.
      throw new IllegalStateException(e);
    }
  }

  // ---- parameters

  /** Whether a simulated test may take it. */
  static boolean gives(Parameter parameter) {
    Class<?> type = parameter.getType();
    return type == Simulated.class
        || type == Database.class
        || type == Environment.class
        || type == SimulatedFaults.class
        || type == RandomGenerator.class
        || isDatabases(parameter);
  }

  private static boolean isDatabases(Parameter parameter) {
    return parameter.getType() == List.class
        && parameter.getParameterizedType() instanceof ParameterizedType list
        && list.getActualTypeArguments()[0] == Database.class;
  }

  /** Two would be the same, which is not what someone means who asks for two. */
  private static void expectOneDatabase(ParameterContext parameter) {
    Executable asking = parameter.getDeclaringExecutable();
    long databases =
        Arrays.stream(asking.getParameterTypes()).filter(type -> type == Database.class).count();
    if (databases > 1) {
      throw new ParameterResolutionException(
          asking.getName()
              + " takes "
              + databases
              + " parameters of the type Database, which would be one and the same: take a"
              + " List<Database>, and give @SimulatedCluster clients = "
              + databases);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return gives(parameter.getParameter());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    expectOneDatabase(parameter);
    Simulated simulated;
    try {
      simulated = run(context).simulated();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      // Neither exception nor error: nothing here makes one, but a signature lets it.
      throw new IllegalStateException(e);
    }
    Class<?> type = parameter.getParameter().getType();
    if (type == Simulated.class) {
      return simulated;
    }
    if (type == Database.class) {
      return simulated.database();
    }
    if (type == Environment.class) {
      return simulated.database().environment();
    }
    if (type == SimulatedFaults.class) {
      return simulated.faults();
    }
    if (type == RandomGenerator.class) {
      return simulated.random();
    }
    return simulated.clients().stream().map(SimulatedClient::database).toList();
  }
}
