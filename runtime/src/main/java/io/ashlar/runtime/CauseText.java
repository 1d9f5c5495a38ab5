package io.ashlar.runtime;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * What failed, in words for people: some exceptions of files and connections say it by the names of
 * their classes alone.
 */
public final class CauseText {
  private CauseText() {}

  /**
   * As a part of a sentence. What is nothing of files and connections keeps the name of its class.
   */
  public static String of(Throwable cause) {
    if (cause instanceof FileAlreadyExistsException there) {
      return there.getFile() + " is there already, and is no folder";
    }
    if (cause instanceof NotDirectoryException other) {
      return other.getFile() + " is no folder";
    }
    if (cause instanceof NoSuchFileException missing) {
      return "there is no " + missing.getFile();
    }
    if (cause instanceof AccessDeniedException denied) {
      return "no permission for " + denied.getFile();
    }
    if (cause instanceof UnknownHostException unknown) {
      return "no address is known of the host " + unknown.getMessage();
    }
    if (cause instanceof ClosedChannelException) {
      return "the connection was closed";
    }
    return cause instanceof IOException && cause.getMessage() != null
        ? cause.getMessage()
        : cause.toString();
  }
}
