package io.ashlar.server;

import io.ashlar.core.SuppressForbidden;
import io.ashlar.server.bench.BenchCommand;
import io.ashlar.server.bench.IndexWorkerCommand;
import io.ashlar.server.check.CheckCommand;
import io.ashlar.server.cluster.ClusterCommand;
import io.ashlar.server.configure.ConfigureCommand;
import io.ashlar.server.coordinators.CoordinatorsCommand;
import io.ashlar.server.demo.DemoCommand;
import io.ashlar.server.demo.LedgerWriterCommand;
import io.ashlar.server.exclude.ExcludeCommand;
import io.ashlar.server.exclude.IncludeCommand;
import io.ashlar.server.shell.ShellCommand;
import io.ashlar.server.status.StatusCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code ashlar} program. */
@Command(
    name = "ashlar",
    description = "An ordered, transactional key-value store.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      StartCommand.class,
      StatusCommand.class,
      CheckCommand.class,
      SimCommand.class,
      BenchCommand.class,
      DemoCommand.class,
      ShellCommand.class,
      ConfigureCommand.class,
      CoordinatorsCommand.class,
      ExcludeCommand.class,
      IncludeCommand.class,
      ClusterCommand.class,
      LedgerWriterCommand.class,
      IndexWorkerCommand.class,
      CommandLine.HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done, and everything that was claimed was checked",
      "1:it ran and failed",
      "2:the command line is wrong",
      "3:the store could not be opened or reached",
      "4:the program could not be started (from the launcher)",
      "5:status, cluster status, coordinators: the cluster works, but needs attention",
      "130:ended by Ctrl-C"
    })
public final class Main implements Runnable {
  private static final String LOG_LEVEL = "ashlar.log.level";

  @Spec private CommandSpec spec;

  /** Runs the program and ends the process with its exit code. */
  @SuppressForbidden("the one place where the program exits: worker threads may still be alive")
  public static void main(String[] arguments) {
    boolean isServer = arguments.length > 0 && arguments[0].equals("start");
    if (System.getProperty(LOG_LEVEL) == null) {
      // Whoever asks for one thing gets one answer; a server tells what happens meanwhile.
      System.setProperty(LOG_LEVEL, isServer ? "WARN" : "OFF");
    }
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = execute(out, err, arguments);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /** Runs the program without ending the process. */
  public static int execute(PrintWriter out, PrintWriter err, String... arguments) {
    return new CommandLine(new Main())
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(new WrongArguments())
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> Failures.report(failure, command.getErr()))
        .execute(arguments);
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** What {@code --version} prints. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "ashlar "
            + (version == null ? "from the source tree" : version)
            + " (revision "
            + System.getProperty("ashlar.revision", "unknown")
            + ", Java "
            + Runtime.version()
            + ")"
      };
    }
  }
}
