package io.ashlar.server.sim;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.jr.ob.JSON;
import io.ashlar.simulation.FailureKind;
import io.ashlar.simulation.SimResult;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Results of runs, one line of JSON each, added to as runs end. A line says which program made it
 * and with which options; those of others stay in the file and are not looked at.
 */
final class RunFile implements AutoCloseable {
  private static final String PROGRAM = "program";
  private static final String OPTIONS = "options";

  private final String program;
  private final String options;
  private final List<SimResult> before = new ArrayList<>();
  private final BufferedWriter writer;
  private long others;
  private boolean cutShort;

  /**
   * Opens the file, and reads what it has.
   *
   * @param program a fingerprint of the classes
   * @param options as text, the same for the same options
   */
  RunFile(Path file, String program, String options) throws IOException {
    this.program = program;
    this.options = options;
    if (Files.exists(file)) {
      read(file);
    }
    writer =
        Files.newBufferedWriter(
            file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    if (cutShort) {
      writer.newLine();
    }
  }

  /** The results that this program with these options has left here earlier. */
  List<SimResult> before() {
    return before;
  }

  /** How many lines are of other programs or options. */
  long others() {
    return others;
  }

  private void read(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    // Whoever wrote the last line may have been killed in the middle of it.
    cutShort = !text.isEmpty() && !text.endsWith("\n");
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      Map<String, Object> fields = parse(file, lines, i);
      if (fields == null) {
        continue;
      }
      if (program.equals(fields.get(PROGRAM)) && options.equals(fields.get(OPTIONS))) {
        before.add(result(fields));
      } else {
        others++;
      }
    }
  }

  private Map<String, Object> parse(Path file, List<String> lines, int number) throws IOException {
    String line = lines.get(number);
    try {
      return line.isBlank() ? null : JSON.std.mapFrom(line);
    } catch (JacksonException wrong) {
      if (isEndOfAKilledRun(lines, number)) {
        return null;
      }
      throw new IOException(
          file + ", line " + (number + 1) + ", is no result of a run: move the file away", wrong);
    }
  }

  /** A line that was cut short, then ended when the file was opened again. */
  private static boolean isEndOfAKilledRun(List<String> lines, int number) {
    String line = lines.get(number);
    return line.startsWith("{\"" + PROGRAM) && !line.endsWith("}")
        || (number == lines.size() - 1 && line.startsWith("{"));
  }

  /** Adds a result, so that it survives the end of this process. */
  void append(SimResult result) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(PROGRAM, program);
    fields.put(OPTIONS, options);
    fields.put("seed", result.seed());
    fields.put("passed", result.passed());
    fields.put("digest", result.digest());
    fields.put("virtualSeconds", result.virtualSeconds());
    fields.put("busySeconds", result.busySeconds());
    fields.put("wallSeconds", result.wallSeconds());
    fields.put("events", result.events());
    fields.put("committed", result.transactionsCommitted());
    fields.put("conflicts", result.conflicts());
    fields.put("unknown", result.unknownResults());
    fields.put("recoveries", result.recoveries());
    fields.put("cluster", result.cluster());
    fields.put("workloads", result.workloads());
    fields.put("faults", result.faults());
    fields.put("probes", result.probes());
    if (!result.passed()) {
      fields.put("failureKind", result.failureKind().name());
      fields.put("failure", result.failure());
      fields.put("replay", result.replay());
    }
    writer.write(JSON.std.asString(fields));
    writer.newLine();
    writer.flush();
  }

  private static SimResult result(Map<String, Object> fields) {
    Map<String, Map<String, Long>> workloads = new TreeMap<>();
    map(fields.get("workloads")).forEach((name, counts) -> workloads.put(name, longs(counts)));
    Object kind = fields.get("failureKind");
    return new SimResult(
        whole(fields.get("seed")),
        (Boolean) fields.get("passed"),
        (String) fields.get("digest"),
        decimal(fields.get("virtualSeconds")),
        decimal(fields.get("busySeconds")),
        decimal(fields.get("wallSeconds")),
        whole(fields.get("events")),
        whole(fields.get("committed")),
        whole(fields.get("conflicts")),
        whole(fields.get("unknown")),
        longs(fields.get("cluster")),
        workloads,
        longs(fields.get("faults")),
        whole(fields.get("recoveries")),
        longs(fields.get("probes")),
        List.of(),
        kind == null ? null : FailureKind.valueOf(kind.toString()),
        (String) fields.get("failure"),
        List.of(),
        (String) fields.get("replay"));
  }

  private static long whole(Object number) {
    return ((Number) number).longValue();
  }

  private static double decimal(Object number) {
    return ((Number) number).doubleValue();
  }

  private static Map<String, Object> map(Object fields) {
    Map<String, Object> found = new TreeMap<>();
    ((Map<?, ?>) fields).forEach((name, value) -> found.put(name.toString(), value));
    return found;
  }

  private static Map<String, Long> longs(Object fields) {
    Map<String, Long> found = new TreeMap<>();
    map(fields).forEach((name, value) -> found.put(name, whole(value)));
    return found;
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
