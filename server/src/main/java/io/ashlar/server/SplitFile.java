package io.ashlar.server;

import io.ashlar.core.Bytes;
import io.ashlar.core.InitialSplit;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file that says at which keys a new database is divided: one in a line, as the shell shows it.
 */
final class SplitFile {
  private SplitFile() {}

  /**
   * Its keys; empty lines say nothing.
   *
   * @throws CommandFailedException with the file, and the line if it is that of one, when it cannot
   *     be read or a database cannot be divided there
   */
  static List<Bytes> read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (CharacterCodingException notText) {
      throw wrong(file + " is not text in UTF-8; give other bytes as \\xNN", notText);
    } catch (IOException unreadable) {
      throw wrong("cannot read --split " + file + ": " + unreadable.getMessage(), unreadable);
    }
    List<Bytes> keys = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isEmpty()) {
        try {
          keys.add(Bytes.parse(lines.get(i)));
          InitialSplit.checkKeys(keys);
        } catch (IllegalArgumentException notSo) {
          throw wrong(file + ", line " + (i + 1) + ": " + notSo.getMessage(), notSo);
        }
      }
    }
    if (keys.isEmpty()) {
      throw wrong(file + " has no key; leave --split out for the usual shards", null);
    }
    return keys;
  }

  private static CommandFailedException wrong(String what, Exception cause) {
    return new CommandFailedException(what, ExitCodes.USAGE, cause);
  }
}
