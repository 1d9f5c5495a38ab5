package io.ashlar.simulation.junit;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Makes an invocation for each seed, until enough of them have failed. */
final class SimulationExtension
    implements TestTemplateInvocationContextProvider, ParameterResolver {
  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return isSimulated(context.getRequiredTestMethod());
  }

  private static boolean runsForSeeds(Method method) {
    return isSimulated(method) && !AnnotationSupport.isAnnotated(method, Test.class);
  }

  private static boolean isSimulated(Method method) {
    return AnnotationSupport.isAnnotated(method, SimulatedTest.class)
        || AnnotationSupport.isAnnotated(method, SimulatedCluster.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    Class<?> testClass = context.getRequiredTestClass();
    Method method = context.getRequiredTestMethod();
    if (AnnotationSupport.isAnnotated(method, Test.class)) {
      throw new ExtensionConfigurationException(
          method.getName() + " is simulated, and a plain @Test besides: take @Test away");
    }
    SimulationSettings settings = SimulationSettings.of(testClass, method);
    if (context.getTestInstanceLifecycle().orElse(null) == Lifecycle.PER_CLASS) {
      throw new ExtensionConfigurationException(
          testClass.getSimpleName()
              + " has one instance for all its tests (PER_CLASS), so that one seed would see what"
              + " another left behind: take @TestInstance away");
    }
    List<Long> asked = Surroundings.seeds(context);
    SeedRuns runs = new SeedRuns(asked == null ? settings : settings.withSeeds(asked));
    return runs.settings().seeds().stream()
        .flatMap(seed -> runs.invocations(seed).stream())
        .takeWhile(invocation -> runs.goOn());
  }

  // Where a method is not run for a seed there is no cluster to give it: only an explanation.

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    boolean ours = SeedInvocation.gives(parameter.getParameter());
    return ours && !context.getTestMethod().map(SimulationExtension::runsForSeeds).orElse(false);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    String type = parameter.getParameter().getType().getSimpleName();
    Optional<Method> method = context.getTestMethod();
    if (method.isEmpty()) {
      throw new ParameterResolutionException(
          parameter.getDeclaringExecutable().getName()
              + " asks for a "
              + type
              + ", but a simulated cluster lives for one test and one seed: take it in the test, or"
              + " in @BeforeEach");
    }
    boolean isBoth = isSimulated(method.get());
    String instead =
        !isBoth && AnnotationSupport.isAnnotated(method.get(), TestTemplate.class)
            ? "is a test of another kind"
            : "is a plain @Test";
    throw new ParameterResolutionException(
        method.get().getName()
            + " "
            + instead
            + " and has no simulated "
            + type
            + (isBoth ? ": take @Test away" : ": write @SimulatedTest in its place"));
  }
}
