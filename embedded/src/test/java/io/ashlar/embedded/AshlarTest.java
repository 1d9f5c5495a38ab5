package io.ashlar.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AshlarTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void set(Database database, String key, String value) {
    database.run(
        transaction -> {
          transaction.set(bytes(key), bytes(value));
          return null;
        });
  }

  private static String get(Database database, String key) {
    byte[] value = database.read(transaction -> transaction.get(bytes(key)).join());
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  @Test
  void databaseInMemoryKeepsWhatWasSet() {
    try (Database database = Ashlar.inMemory()) {
      set(database, "hello", "world");
      assertThat(get(database, "hello")).isEqualTo("world");
      assertThat(get(database, "absent")).isNull();
    }
  }

  @Test
  void databaseInADirectoryIsFoundAgain(@TempDir Path directory) {
    for (int round = 0; round < 3; round++) {
      try (Database database = Ashlar.open(directory.resolve("store"))) {
        assertThat(get(database, "key" + (round - 1))).isEqualTo(round == 0 ? null : "value");
        set(database, "key" + round, "value");
        assertThat(get(database, "key" + round)).isEqualTo("value");
      }
    }
  }
}
