package io.ashlar.server.configure;

import io.ashlar.core.Setting;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the words of {@code ashlar configure} ask for: {@code single}, {@code double} or {@code
 * triple}, and numbers such as {@code logs=4}.
 *
 * @param asked the settings that were named
 */
record WantedSettings(Map<Setting, Integer> asked) {
  private static final List<String> REPLICATIONS = List.of("single", "double", "triple");

  /** The names of numbers, and what they set. */
  private static final Map<String, List<Setting>> NUMBERS = numbers();

  private static Map<String, List<Setting>> numbers() {
    Map<String, List<Setting>> numbers = new LinkedHashMap<>();
    numbers.put("logs", List.of(Setting.LOGS));
    numbers.put("proxies", List.of(Setting.COMMIT_PROXIES, Setting.READ_VERSION_PROXIES));
    numbers.put("commit_proxies", List.of(Setting.COMMIT_PROXIES));
    numbers.put("read_version_proxies", List.of(Setting.READ_VERSION_PROXIES));
    numbers.put("resolvers", List.of(Setting.RESOLVERS));
    numbers.put("antiquorum", List.of(Setting.ANTI_QUORUM));
    numbers.put("storage_replication", List.of(Setting.STORAGE_REPLICATION));
    return numbers;
  }

  WantedSettings {
    asked = new EnumMap<>(asked);
  }

  /**
   * Reads the words.
   *
   * @throws CommandFailedException naming the first that is wrong, and what may be there
   */
  static WantedSettings parse(List<String> words) {
    Map<Setting, Integer> asked = new EnumMap<>(Setting.class);
    for (String word : words) {
      int copies = REPLICATIONS.indexOf(word) + 1;
      int equals = word.indexOf('=');
      if (copies > 0) {
        put(asked, Setting.REPLICATION, copies, word);
        put(asked, Setting.STORAGE_REPLICATION, copies, word);
      } else if (equals > 0 && NUMBERS.containsKey(word.substring(0, equals))) {
        for (Setting setting : NUMBERS.get(word.substring(0, equals))) {
          put(asked, setting, number(setting, word.substring(equals + 1), word), word);
        }
      } else {
        throw wrong(
            "'"
                + word
                + "' is nothing to configure; there are single, double, triple, and "
                + String.join("=N, ", NUMBERS.keySet())
                + "=N");
      }
    }
    return new WantedSettings(asked);
  }

  private static void put(Map<Setting, Integer> asked, Setting setting, int value, String word) {
    Integer before = asked.put(setting, value);
    if (before != null && before != value) {
      throw wrong("'" + word + "' is not what another word says of " + setting.label());
    }
  }

  private static int number(Setting setting, String text, String word) {
    try {
      return setting.decode(io.ashlar.core.Bytes.utf8(text));
    } catch (io.ashlar.core.MalformedException malformed) {
      throw wrong("'" + word + "': " + malformed.getMessage());
    }
  }

  private static CommandFailedException wrong(String what) {
    return new CommandFailedException(what, ExitCodes.USAGE);
  }

  /**
   * With what follows from it: as many log servers as there are copies, at least, and no more that
   * a commit need not wait for than the copies allow, where neither was asked for.
   *
   * @param present all settings as they are
   */
  Map<Setting, Integer> complete(Map<Setting, Integer> present) {
    Map<Setting, Integer> all = new EnumMap<>(asked);
    int replication = all.getOrDefault(Setting.REPLICATION, present.get(Setting.REPLICATION));
    if (!asked.containsKey(Setting.LOGS) && present.get(Setting.LOGS) < replication) {
      all.put(Setting.LOGS, replication);
    }
    int spare = Math.max(0, replication - 2);
    if (!asked.containsKey(Setting.ANTI_QUORUM) && present.get(Setting.ANTI_QUORUM) > spare) {
      all.put(Setting.ANTI_QUORUM, spare);
    }
    return all;
  }

  /** Settings for people, such as {@code triple, logs=4}. */
  static String inWords(Map<Setting, Integer> settings) {
    List<String> words = new ArrayList<>();
    settings.forEach(
        (setting, value) ->
            words.add(
                setting == Setting.REPLICATION && value <= REPLICATIONS.size()
                    ? REPLICATIONS.get(value - 1)
                    : (setting == Setting.ANTI_QUORUM ? "antiquorum" : setting.label())
                        + "="
                        + value));
    return String.join(", ", words);
  }
}
