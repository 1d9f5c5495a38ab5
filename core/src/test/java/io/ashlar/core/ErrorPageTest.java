package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/errors.md} has every code once, and says of it what {@link ErrorCode} does. */
final class ErrorPageTest {
  private static final Path PAGE = Path.of("..", "docs", "errors.md");
  private static final int COLUMNS = 5;

  /** The rows of all tables, by number; what is between the bars. */
  private static Map<Integer, List<String>> rows() throws IOException {
    Map<Integer, List<String>> rows = new TreeMap<>();
    for (String line : Files.readAllLines(PAGE)) {
      if (line.matches("\\| \\d+ \\|.*")) {
        List<String> columns =
            Stream.of(line.split("\\|", -1)).skip(1).limit(COLUMNS).map(String::strip).toList();
        int number = Integer.parseInt(columns.get(0));
        assertThat(rows.put(number, columns)).as("another row of %s", number).isNull();
      }
    }
    return rows;
  }

  @Test
  void everyCodeHasItsRow() throws IOException {
    List<Integer> numbers = new ArrayList<>();
    for (ErrorCode code : ErrorCode.values()) {
      numbers.add(code.number());
    }
    assertThat(rows().keySet()).containsExactlyInAnyOrderElementsOf(numbers);
  }

  @Test
  void rowsSayWhatTheCodesDo() throws IOException {
    Map<Integer, List<String>> rows = rows();
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(rows.get(code.number()).subList(0, COLUMNS - 1))
          .containsExactly(
              String.valueOf(code.number()),
              "`" + code.label() + "`",
              repeated(code),
              committed(code));
    }
  }

  private static String repeated(ErrorCode code) {
    if (code.isMaybeCommitted()) {
      return "if idempotent";
    }
    return code.isRetryable() ? "yes" : "no";
  }

  /** A commit that was left alone may be committed too, but is no reason to try again. */
  private static String committed(ErrorCode code) {
    return code.isMaybeCommitted() || code == ErrorCode.MAY_STILL_COMMIT ? "yes" : "no";
  }
}
