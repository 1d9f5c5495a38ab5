package io.ashlar.server;

import java.io.PrintWriter;
import java.io.StringWriter;

/** The program, run in this process, and what it said. */
public final class Program {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** Runs it once; {@link #out} and {@link #err} are of this run alone. */
  public int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  public String out() {
    return out.toString();
  }

  public String err() {
    return err.toString();
  }

  /** Both, to explain a failure. */
  @Override
  public String toString() {
    return out + "\n" + err;
  }
}
