package io.ashlar.server.sim;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ashlar.client.Database;
import io.ashlar.control.ControllerCandidate;
import io.ashlar.core.Bytes;
import io.ashlar.embedded.RoleAssembly;
import io.ashlar.log.LogServer;
import io.ashlar.proxy.CommitProxy;
import io.ashlar.resolver.Resolver;
import io.ashlar.runtime.WireCodec;
import io.ashlar.sequencer.Sequencer;
import io.ashlar.simulation.SimOptions;
import io.ashlar.simulation.SimResult;
import io.ashlar.simulation.SimSummary;
import io.ashlar.storage.StorageServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A folder with what long runs have shown: {@code runs.jsonl}, one line a run, added to by every
 * command with this folder; {@code summary.json} and {@code summary.html}, made from it. A command
 * leaves out the seeds that the same program has run with the same options.
 */
public final class SimReport implements AutoCloseable {
  private static final String DATA = "@DATA@";

  /** One class of each module whose code decides what a run does. */
  private static final List<Class<?>> PROGRAM =
      List.of(
          Bytes.class,
          Sequencer.class,
          Resolver.class,
          CommitProxy.class,
          LogServer.class,
          StorageServer.class,
          ControllerCandidate.class,
          Database.class,
          WireCodec.class,
          RoleAssembly.class,
          SimResult.class);

  private final Path folder;
  private final String options;
  private final String program;
  private final RunFile runs;
  private final SimSummary summary = new SimSummary();
  private final Set<Long> done = new TreeSet<>();
  private final List<SimResult> results = new ArrayList<>();

  /** Opens the folder; makes it when it is not there. */
  public SimReport(Path folder, SimOptions options) throws IOException {
    this.folder = folder;
    this.options = options.toString();
    Files.createDirectories(folder);
    program = program();
    runs = new RunFile(folder.resolve("runs.jsonl"), program, this.options);
    for (SimResult result : runs.before()) {
      if (done.add(result.seed())) {
        summary.add(result);
        results.add(result);
      }
    }
  }

  /** A fingerprint of the classes that decide what a run does. */
  public static String program() throws IOException {
    return ProgramFingerprint.of(PROGRAM);
  }

  /** Seeds that need not be run again. */
  public Set<Long> done() {
    return Set.copyOf(done);
  }

  /** Results in the file that are of other programs or options, and do not count here. */
  public long others() {
    return runs.others();
  }

  /** The sums, those of earlier commands included. */
  public SimSummary summary() {
    return summary;
  }

  /** Keeps a result that is in the summary already. */
  public void add(SimResult result) {
    done.add(result.seed());
    results.add(result);
    try {
      runs.append(result);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes the two summaries.
   *
   * @param json what {@link SimSummary#toJson} gave
   * @return the page
   */
  public Path write(String json) throws IOException {
    WholeFile.write(folder.resolve("summary.json"), json + "\n");
    Path page = folder.resolve("summary.html");
    // A text in JSON may not end the script that it is in.
    String data = JSON.std.asString(page(json)).replace("</", "<\\/");
    WholeFile.write(page, template().replace(DATA, data));
    return page;
  }

  private Map<String, Object> page(String json) throws IOException {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("program", program);
    data.put("options", options);
    data.put("written", LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS) + " UTC");
    data.put("java", Runtime.version().toString());
    data.put("summary", JSON.std.mapFrom(json));
    List<List<Object>> rows = new ArrayList<>();
    for (SimResult result : results) {
      rows.add(
          List.of(
              result.seed(),
              result.passed(),
              result.transactionsCommitted() / Math.max(1, result.busySeconds()),
              result.busySecondsPerWallSecond(),
              result.recoveries(),
              result.unknownResults(),
              result.conflicts()));
    }
    data.put("runs", rows);
    List<Map<String, Object>> failures = new ArrayList<>();
    summary
        .failures()
        .values()
        .forEach(
            failed -> {
              Map<String, Object> failure = new LinkedHashMap<>();
              failure.put("seed", failed.seed());
              failure.put("kind", String.valueOf(failed.failureKind()));
              failure.put("failure", failed.failure());
              failure.put("replay", failed.replay());
              String course = "seed-" + failed.seed() + ".html";
              failure.put("page", Files.exists(folder.resolve(course)) ? course : null);
              failures.add(failure);
            });
    data.put("failures", failures);
    return data;
  }

  private static String template() throws IOException {
    try (InputStream template = SimReport.class.getResourceAsStream("summary.html")) {
      if (template == null) {
        throw new IOException("the program was built without its page summary.html");
      }
      return new String(template.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() throws IOException {
    runs.close();
  }
}
