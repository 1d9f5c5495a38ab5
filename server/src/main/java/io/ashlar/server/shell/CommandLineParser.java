package io.ashlar.server.shell;

import io.ashlar.core.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line into commands and words, as fdbcli does: words are separated by blanks, commands by
 * semicolons; double quotes keep both. A backslash makes the next quote, backslash, blank or
 * semicolon an ordinary character, and {@code \xNN} is the byte with that hexadecimal value.
 * Everything else is its UTF-8 encoding.
 */
final class CommandLineParser {
  private final String line;
  private final List<List<Bytes>> commands = new ArrayList<>();
  private List<Bytes> words = new ArrayList<>();
  private final ByteArrayOutputStream word = new ByteArrayOutputStream();
  private boolean inWord;
  private boolean inQuotes;

  private CommandLineParser(String line) {
    this.line = line;
  }

  /** The commands of {@code line}, each a list of at least one word; empty ones are left out. */
  static List<List<Bytes>> parse(String line) throws ShellSyntaxException {
    return new CommandLineParser(line).parse();
  }

  private List<List<Bytes>> parse() throws ShellSyntaxException {
    int at = 0;
    while (at < line.length()) {
      int c = line.codePointAt(at);
      if (c == '\\') {
        at = escape(at);
        continue;
      }
      if (c == '"') {
        inQuotes = !inQuotes;
        inWord = true;
      } else if (inQuotes || !(c == ';' || Character.isWhitespace(c))) {
        append(c);
      } else {
        endWord();
        if (c == ';') {
          endCommand();
        }
      }
      at += Character.charCount(c);
    }
    if (inQuotes) {
      throw new ShellSyntaxException("a double quote is not closed");
    }
    endWord();
    endCommand();
    return commands;
  }

  /** Handles the escape at {@code at} and gives the position after it. */
  private int escape(int at) throws ShellSyntaxException {
    if (at + 1 == line.length()) {
      throw new ShellSyntaxException("a backslash at the end escapes nothing");
    }
    char c = line.charAt(at + 1);
    switch (c) {
      case '"', '\\', ';', ' ' -> {
        append(c);
        return at + 2;
      }
      case 'x' -> {
        int high = at + 2 < line.length() ? Character.digit(line.charAt(at + 2), 16) : -1;
        int low = at + 3 < line.length() ? Character.digit(line.charAt(at + 3), 16) : -1;
        if (high < 0 || low < 0) {
          throw new ShellSyntaxException("\\x needs two hexadecimal digits, as in \\x0a");
        }
        inWord = true;
        word.write(high << 4 | low);
        return at + 4;
      }
      default ->
          throw new ShellSyntaxException(
              "\\" + c + " is no escape; there are \\\" \\\\ \\; \\xNN and a backslash and blank");
    }
  }

  private void append(int codePoint) {
    inWord = true;
    word.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
  }

  private void endWord() {
    if (inWord) {
      words.add(Bytes.wrap(word.toByteArray()));
      word.reset();
      inWord = false;
    }
  }

  private void endCommand() {
    if (!words.isEmpty()) {
      commands.add(words);
      words = new ArrayList<>();
    }
  }
}
