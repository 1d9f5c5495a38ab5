package io.ashlar.server.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.client.Database;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** A session of the shell whose answers are looked at. For one thread. */
public final class TypedShell implements AutoCloseable {
  private static final int TRIES_MAX = 10_000;

  private final ShellSession session;

  public TypedShell(Database database) {
    session = new ShellSession(database, "memory", 30_000);
  }

  ShellSession session() {
    return session;
  }

  /** What commands that succeed say. */
  public List<String> said(String line) {
    return said(line, false);
  }

  /** The same for a program. */
  List<String> saidJson(String line) {
    return said(line, true);
  }

  private List<String> said(String line, boolean json) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    boolean ok = run(line, json, out, err);
    assertThat(ok || session.inTransaction()).as("%s: %s", line, err).isTrue();
    return out.toString().lines().toList();
  }

  /** What a command says that fails. */
  String refused(String line) {
    String told = failed(line);
    assertThat(told).startsWith("ERROR: ").hasLineCount(1);
    return told;
  }

  /** The same of one that fails with more words than one line has. */
  String failed(String line) {
    StringWriter err = new StringWriter();
    assertThat(run(line, false, new StringWriter(), err)).as(line).isFalse();
    return err.toString();
  }

  /**
   * What a command says that is read eventually, the first time that its first line is this one.
   * Others write meanwhile, so that a replica hears what is committed.
   */
  public List<String> saidInTheEnd(String command, String first) {
    for (int i = 0; i < TRIES_MAX; i++) {
      said("consistency strong; set other " + i + "; consistency eventual");
      List<String> lines = said(command);
      if (lines.get(0).equals(first)) {
        said("consistency strong");
        return lines;
      }
    }
    throw new AssertionError(command + " never said " + first);
  }

  private boolean run(String line, boolean json, StringWriter out, StringWriter err) {
    return ShellCommand.run(
        session, line, json, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  @Override
  public void close() {
    session.close();
  }
}
