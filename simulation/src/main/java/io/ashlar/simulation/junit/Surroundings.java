package io.ashlar.simulation.junit;

import io.ashlar.core.SuppressForbidden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What lies around a test and outside of the simulation: what people ask for, where files go. */
@SuppressForbidden("people ask for a seed by the environment, and a failure is written to a file")
final class Surroundings {
  private static final String SEED_PARAMETER = "ashlar.seed";
  private static final String SEED_VARIABLE = "ASHLAR_SEED";
  private static final String TRACE_PARAMETER = "ashlar.trace";
  private static final String TRACE_VARIABLE = "ASHLAR_TRACE";

  private Surroundings() {}

  private static String asked(ExtensionContext context, String parameter, String variable) {
    String text = context.getConfigurationParameter(parameter).orElse(null);
    if (text == null || text.isBlank()) {
      text = System.getenv(variable);
    }
    return text == null || text.isBlank() ? null : text.strip();
  }

  /** The seeds that were asked for in place of those of the annotation, or null. */
  static List<Long> seeds(ExtensionContext context) {
    String text = asked(context, SEED_PARAMETER, SEED_VARIABLE);
    if (text == null) {
      return null;
    }
    try {
      return SimulationSettings.parseSeeds(text);
    } catch (IllegalArgumentException e) {
      throw new ExtensionConfigurationException(SEED_PARAMETER + ": " + e.getMessage(), e);
    }
  }

  /** Whether every event of a run is wanted, in place of the last ones. */
  static boolean wantsTrace(ExtensionContext context) {
    return Boolean.parseBoolean(asked(context, TRACE_PARAMETER, TRACE_VARIABLE));
  }

  static boolean isMaven() {
    return Files.exists(Path.of("pom.xml")) || !isGradle();
  }

  static boolean isGradle() {
    return Files.exists(Path.of("build.gradle")) || Files.exists(Path.of("build.gradle.kts"));
  }

  /** Where something about a failed run goes. */
  static Path file(String test, long seed, String ending) {
    String name = test.replace('$', '.') + "-seed-" + seed + ending;
    return folder().resolve(name).toAbsolutePath();
  }

  /** Its trace as lines for the file of a failed test; nothing is printed. */
  static List<String> stack(Throwable thrown) {
    StringWriter stack = new StringWriter();
    thrown.printStackTrace(new PrintWriter(stack, true));
    return stack.toString().lines().toList();
  }

  static void write(Path file, List<String> lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, lines, StandardCharsets.UTF_8);
  }

  private static Path folder() {
    for (String made : List.of("target", "build")) {
      if (Files.isDirectory(Path.of(made))) {
        return Path.of(made, "ashlar-simulation");
      }
    }
    return Path.of(System.getProperty("java.io.tmpdir"), "ashlar-simulation");
  }
}
