package io.ashlar.simulation.diagnosis;

import java.io.IOException;
import java.nio.file.Path;

/** A file that is no trace of a run. The message is for people. */
public final class NoTraceException extends IOException {
  private static final long serialVersionUID = 1L;

  NoTraceException(Path file, Throwable cause) {
    super(file + " is no trace: ashlar sim --trace has not written it", cause);
  }
}
