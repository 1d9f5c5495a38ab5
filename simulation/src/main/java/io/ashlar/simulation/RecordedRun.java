package io.ashlar.simulation;

import io.ashlar.simulation.diagnosis.Recording;
import io.ashlar.simulation.diagnosis.RunReport;
import io.ashlar.simulation.diagnosis.Timeline;
import io.ashlar.simulation.faults.FaultDriver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A run with its course.
 *
 * @param happened the occurrences of faults that were not left out
 */
record RecordedRun(SimResult result, Recording recording, List<FaultDriver.Happened> happened) {

  /** Runs a seed to its end, recording it. */
  static RecordedRun of(Runs runs, long seed, SimOptions options) {
    return of(runs, seed, options, simulation -> {});
  }

  /** The same for a run that someone else watches too. */
  static RecordedRun of(Runs runs, long seed, SimOptions options, Consumer<Simulation> watcher) {
    Recording[] recording = new Recording[1];
    Simulation[] simulation = new Simulation[1];
    SimResult result =
        runs.run(
            seed,
            options,
            begun -> {
              watcher.accept(begun);
              simulation[0] = begun;
              recording[0] = Recording.of(begun.world(), begun::counts);
            });
    recording[0].end(result.failure());
    return new RecordedRun(result, recording[0], simulation[0].faultsHappened());
  }

  /** Its course as a page. */
  String page() {
    return Timeline.page(report(), recording);
  }

  /** Writes the page; makes the folder that it is in. */
  void writePage(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, page(), StandardCharsets.UTF_8);
  }

  private RunReport report() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("virtual seconds", String.format(Locale.ROOT, "%.1f", result.virtualSeconds()));
    facts.put("events", number(result.events()));
    facts.put("transactions committed", number(result.transactionsCommitted()));
    facts.put("conflicts", number(result.conflicts()));
    facts.put("unknown results", number(result.unknownResults()));
    facts.put("recoveries", number(result.recoveries()));
    facts.put("digest", result.digest().substring(0, 8));
    return new RunReport(
        "Seed " + result.seed(),
        result.passed() ? "passed" : result.failureKind().words(),
        result.passed(),
        result.failure(),
        result.replay(),
        facts,
        result.faults(),
        result.plan(),
        result.trace());
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
