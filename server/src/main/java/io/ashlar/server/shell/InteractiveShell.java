package io.ashlar.server.shell;

import io.ashlar.core.Bytes;
import io.ashlar.server.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * The shell on its standard input. At a terminal: a prompt, history, completion, and Ctrl-C for the
 * command under way. From a file or pipe: nothing but the answers, and whether all went well.
 */
final class InteractiveShell {
  private final ShellSession session;
  private final String place;
  private final boolean json;
  private boolean failed;

  InteractiveShell(ShellSession session, String place, boolean json) {
    this.session = session;
    this.place = place;
    this.json = json;
  }

  /** Until exit or end of input; gives the exit code. */
  int run() throws IOException {
    try (Terminal terminal = TerminalBuilder.builder().dumb(true).build()) {
      LineReader reader = reader(terminal);
      PrintWriter out = terminal.writer();
      boolean attended = !terminal.getType().startsWith(Terminal.TYPE_DUMB);
      if (attended && !json) {
        out.println("Ashlar shell on " + place + ". `help' lists the commands, `exit' leaves.");
        out.flush();
      }
      Thread self = Thread.currentThread();
      while (true) {
        String line;
        try {
          line = reader.readLine(attended ? prompt() : "");
        } catch (UserInterruptException emptied) {
          continue;
        } catch (EndOfFileException end) {
          return exitCode(attended);
        }
        Terminal.SignalHandler before =
            terminal.handle(Terminal.Signal.INT, signal -> self.interrupt());
        boolean goesOn = run(line, out);
        terminal.handle(Terminal.Signal.INT, before);
        // An interrupt that came too late for its command concerns nothing else.
        Thread.interrupted();
        if (!goesOn) {
          return exitCode(attended);
        }
      }
    }
  }

  private String prompt() {
    return session.inTransaction() ? "ashlar (in transaction)> " : "ashlar> ";
  }

  private int exitCode(boolean attended) {
    return !attended && (failed || session.inTransaction()) ? ExitCodes.FAILED : ExitCodes.OK;
  }

  private boolean run(String line, PrintWriter out) {
    List<List<Bytes>> commands;
    try {
      commands = CommandLineParser.parse(line);
    } catch (ShellSyntaxException malformed) {
      failed = true;
      ShellCommand.show("", Reply.refused(malformed.getMessage()), json, out, out);
      return true;
    }
    for (List<Bytes> command : commands) {
      Reply reply = session.execute(command);
      ShellCommand.show(command.get(0).toString(), reply, json, out, out);
      if (reply.ends()) {
        return false;
      }
      if (!reply.ok()) {
        failed = true;
        return true;
      }
    }
    return true;
  }

  private LineReader reader(Terminal terminal) {
    // Escapes, quotes and exclamation marks are the shell's own business.
    DefaultParser words = new DefaultParser();
    words.setEscapeChars(null);
    words.setQuoteChars(new char[0]);
    return LineReaderBuilder.builder()
        .terminal(terminal)
        .appName("ashlar")
        .parser(words)
        .completer((reader, line, candidates) -> complete(line, candidates))
        .variable(
            LineReader.HISTORY_FILE, Path.of(System.getProperty("user.home"), ".ashlar_history"))
        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
        .build();
  }

  static void complete(ParsedLine line, List<Candidate> candidates) {
    for (String word : completions(line.words(), line.wordIndex())) {
      candidates.add(new Candidate(word));
    }
  }

  /** What may stand at {@code index} of a command line. */
  static List<String> completions(List<String> words, int index) {
    List<String> possible = new ArrayList<>();
    // The word after a semicolon begins a command of its own.
    boolean first = index == 0 || words.get(index - 1).endsWith(";");
    if (first || words.get(index - 1).equals("help")) {
      for (Verb verb : Verb.values()) {
        possible.add(verb.word());
      }
    } else if (!behindVerb(words, index).isEmpty()) {
      for (SubVerb verb : behindVerb(words, index)) {
        possible.add(verb.word());
      }
    } else if (words.get(index - 1).equals("writemode")) {
      possible.add("on");
      possible.add("off");
    }
    return possible;
  }

  /** The commands of a layer, when the word before is its name and begins the command. */
  private static List<SubVerb> behindVerb(List<String> words, int index) {
    boolean begins =
        index == 1
            || words.get(index - 2).endsWith(";")
            || (index == 2 && words.get(0).equals("help"));
    Verb verb = begins ? Verb.of(words.get(index - 1)) : null;
    return verb == null ? List.of() : verb.subVerbs();
  }
}
