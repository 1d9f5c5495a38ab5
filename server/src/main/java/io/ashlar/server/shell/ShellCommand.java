package io.ashlar.server.shell;

import io.ashlar.client.Database;
import io.ashlar.core.Bytes;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Json;
import io.ashlar.server.StoreChoice;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ashlar shell}. */
@Command(
    name = "shell",
    mixinStandardHelpOptions = true,
    description = "Reads and writes keys, as typed or as given with --exec.",
    footer = {
      "",
      "Example: ashlar shell --dir data --exec 'writemode on; set hello world; get hello'",
      "Ends with 1 when a command failed, or a transaction was left open: with --exec those after it are",
      "not run, from a file or pipe they are. Binary is written \\xNN."
    })
public final class ShellCommand implements Callable<Integer> {
  static final String NOT_COMMITTED =
      "The transaction was not committed: nothing of it was applied.";
  private static final long TIMEOUT_SECONDS_MAX = 1_000_000_000;

  @Spec private CommandSpec spec;

  @Mixin private StoreChoice store;

  @Option(
      names = "--exec",
      paramLabel = "COMMANDS",
      description = "Runs these commands, separated by semicolons, and ends.")
  private String exec;

  @Option(
      names = "--json",
      description = {
        "Answers with one JSON object a line for each command. Whole numbers, such as counters, have all",
        "their digits, up to 64 bits: do not read them as doubles, which keep 53."
      })
  private boolean json;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long a command or a transaction may take; 0 for ever. Default: 30")
  private long timeoutSeconds;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (timeoutSeconds < 0 || timeoutSeconds > TIMEOUT_SECONDS_MAX) {
      throw new ParameterException(
          spec.commandLine(),
          "--timeout must be 0 to " + TIMEOUT_SECONDS_MAX + " seconds, not " + timeoutSeconds);
    }
    try (Database database = store.open(err, timeoutSeconds * 1000);
        ShellSession session = new ShellSession(database, store.place(), timeoutSeconds * 1000)) {
      if (exec == null) {
        return new InteractiveShell(session, store.place(), json).run();
      }
      return run(session, exec, json, out, err) ? ExitCodes.OK : ExitCodes.FAILED;
    }
  }

  /** Runs the commands of {@code line} up to the first that fails; whether none did. */
  static boolean run(
      ShellSession session, String line, boolean json, PrintWriter out, PrintWriter err) {
    List<List<Bytes>> commands;
    try {
      commands = CommandLineParser.parse(line);
    } catch (ShellSyntaxException malformed) {
      show("", Reply.refused(malformed.getMessage()), json, out, err);
      return false;
    }
    for (List<Bytes> command : commands) {
      Reply reply = session.execute(command);
      show(command.get(0).toString(), reply, json, out, err);
      if (!reply.ok()) {
        return false;
      }
      if (reply.ends()) {
        break;
      }
    }
    if (session.inTransaction()) {
      err.println(NOT_COMMITTED);
      return false;
    }
    return true;
  }

  static void show(String name, Reply reply, boolean json, PrintWriter out, PrintWriter err) {
    if (json) {
      Json whole = Json.object().put("command", name).put("ok", reply.ok()).putAll(reply.json());
      out.println(whole);
    } else {
      PrintWriter target = reply.ok() ? out : err;
      reply.lines().forEach(target::println);
      target.flush();
    }
    out.flush();
  }
}
