package io.ashlar.server.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ashlar.core.Bytes;
import io.ashlar.server.ExitCodes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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

  /** Whether a command of the transaction that is open has failed. */
  private boolean failedInTransaction;

  InteractiveShell(ShellSession session, String place, boolean json) {
    this.session = session;
    this.place = place;
    this.json = json;
  }

  /** Until exit or end of input; gives the exit code. */
  int run() throws IOException {
    try (Terminal terminal = TerminalBuilder.builder().dumb(true).build()) {
      PrintWriter out = terminal.writer();
      return terminal.getType().startsWith(Terminal.TYPE_DUMB)
          ? runUnattended(new BufferedReader(new InputStreamReader(System.in, UTF_8)), out)
          : runAttended(terminal, out);
    }
  }

  /** Whole lines at once: an editor of lines would take a file for somebody's keys, one by one. */
  int runUnattended(BufferedReader in, PrintWriter out) throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!run(line, out, true)) {
        break;
      }
    }
    tellOfTransaction(out);
    return failed || session.inTransaction() ? ExitCodes.FAILED : ExitCodes.OK;
  }

  /** Says that the transaction that is open at the end is lost; a program sees it by the code. */
  private void tellOfTransaction(PrintWriter out) {
    if (session.inTransaction() && !json) {
      out.println(ShellCommand.NOT_COMMITTED);
      out.flush();
    }
  }

  private int runAttended(Terminal terminal, PrintWriter out) {
    LineReader reader = reader(terminal);
    if (!json) {
      out.println("Ashlar shell on " + place + ". `help' lists the commands, `exit' leaves.");
      out.flush();
    }
    Thread self = Thread.currentThread();
    while (true) {
      String line;
      try {
        line = reader.readLine(prompt());
      } catch (UserInterruptException emptied) {
        continue;
      } catch (EndOfFileException end) {
        tellOfTransaction(out);
        return ExitCodes.OK;
      }
      Terminal.SignalHandler before =
          terminal.handle(Terminal.Signal.INT, signal -> self.interrupt());
      boolean goesOn = run(line, out, false);
      terminal.handle(Terminal.Signal.INT, before);
      // An interrupt that came too late for its command concerns nothing else.
      Thread.interrupted();
      if (!goesOn) {
        tellOfTransaction(out);
        return ExitCodes.OK;
      }
    }
  }

  private String prompt() {
    List<String> told = new ArrayList<>();
    if (!session.consistency().isEmpty()) {
      told.add(session.consistency());
    }
    if (session.inTransaction()) {
      told.add("in transaction");
    }
    return told.isEmpty() ? "ashlar> " : "ashlar (" + String.join(", ", told) + ")> ";
  }

  /**
   * @param unattended nobody sees that a command of a transaction failed before the others of it
   *     are committed: then nothing is
   */
  private boolean run(String line, PrintWriter out, boolean unattended) {
    List<List<Bytes>> commands;
    try {
      commands = CommandLineParser.parse(line);
    } catch (ShellSyntaxException malformed) {
      failed = true;
      failedInTransaction |= session.inTransaction();
      ShellCommand.show("", Reply.refused(malformed.getMessage()), json, out, out);
      return true;
    }
    for (List<Bytes> command : commands) {
      String word = command.get(0).toString();
      Reply reply =
          unattended && failedInTransaction && word.equals(Verb.COMMIT.word())
              ? rollBack()
              : session.execute(command);
      ShellCommand.show(word, reply, json, out, out);
      if (reply.ends()) {
        return false;
      }
      if (!reply.ok()) {
        failed = true;
        failedInTransaction = session.inTransaction();
        return true;
      }
      failedInTransaction &= session.inTransaction();
    }
    return true;
  }

  private Reply rollBack() {
    session.execute(List.of(Bytes.utf8(Verb.ROLLBACK.word())));
    return Reply.refused(
        "a command after `begin' failed: nothing of the transaction is committed, it was rolled"
            + " back");
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
      possible.addAll(List.of("on", "off"));
    } else if (words.get(index - 1).equals("consistency")) {
      possible.addAll(List.of("strong", "session", "eventual"));
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
