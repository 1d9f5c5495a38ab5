package io.ashlar.simulation.junit;

import io.ashlar.core.SuppressForbidden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /** Writes what is known of a failure; gives the file. */
  static Path write(
      String test, long seed, List<String> plan, List<String> events, Throwable thrown)
      throws IOException {
    Path folder = folder();
    Files.createDirectories(folder);
    Path file = folder.resolve(test.replace('$', '.') + "-seed-" + seed + ".txt");
    List<String> lines = new ArrayList<>();
    lines.add(test + ", seed " + seed);
    lines.addAll(plan);
    StringWriter stack = new StringWriter();
    thrown.printStackTrace(new PrintWriter(stack, true));
    lines.addAll(stack.toString().lines().toList());
    lines.add("");
    lines.addAll(events);
    Files.write(file, lines, StandardCharsets.UTF_8);
    return file.toAbsolutePath();
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
