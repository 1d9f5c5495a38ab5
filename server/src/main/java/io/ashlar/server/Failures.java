package io.ashlar.server;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Turns an exception into one line for a person and an exit code. */
public final class Failures {
  private Failures() {}

  /**
   * Prints {@code failure} as one line and gives the exit code; {@code ASHLAR_DEBUG=1} adds where
   * it came from.
   */
  static int report(Throwable failure, PrintWriter err) {
    Throwable cause = unwrap(failure);
    err.println("ashlar: " + line(cause));
    if ("1".equals(System.getenv("ASHLAR_DEBUG"))) {
      trace(cause, err);
    } else if (isUnexpected(cause)) {
      err.println("ashlar: this is a bug in Ashlar; ASHLAR_DEBUG=1 shows where it happened");
    }
    err.flush();
    return exitCode(cause);
  }

  /** The exception behind the wrappers of futures and executors. */
  public static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException
            || cause instanceof ExecutionException
            || cause instanceof UncheckedIOException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** One line, with number and name where there is one. */
  public static String line(Throwable cause) {
    if (cause instanceof AshlarException || cause instanceof CommandFailedException) {
      return cause.getMessage();
    }
    if (cause instanceof NoSuchFileException missing) {
      return "no such file: " + missing.getFile();
    }
    if (cause instanceof AccessDeniedException denied) {
      return "no permission for " + denied.getFile();
    }
    String message = cause.getMessage() == null ? "" : ": " + cause.getMessage();
    if (cause instanceof IOException) {
      return ErrorCode.IO_ERROR.label() + " (" + ErrorCode.IO_ERROR.number() + ")" + message;
    }
    return cause.getClass().getSimpleName() + message;
  }

  static int exitCode(Throwable cause) {
    if (cause instanceof CommandFailedException failed) {
      return failed.exitCode();
    }
    if (cause instanceof AshlarException known) {
      return switch (known.code()) {
        case DIRECTORY_IN_USE,
            DIRECTORY_VERSION,
            FILE_CORRUPT,
            NO_CLUSTER_FILE_FOUND,
            CONNECTION_STRING_INVALID,
            CONNECTION_FAILED ->
            ExitCodes.UNAVAILABLE;
        default -> ExitCodes.FAILED;
      };
    }
    return ExitCodes.FAILED;
  }

  private static boolean isUnexpected(Throwable cause) {
    return !(cause instanceof AshlarException
        || cause instanceof CommandFailedException
        || cause instanceof IOException);
  }

  private static void trace(Throwable failure, PrintWriter err) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      err.println(cause);
      for (StackTraceElement frame : cause.getStackTrace()) {
        err.println("    at " + frame);
      }
    }
  }
}
