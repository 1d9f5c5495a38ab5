package io.ashlar.server.shell;

import io.ashlar.server.Json;
import java.util.List;

/**
 * What a command answered.
 *
 * @param ok whether it did what was asked
 * @param lines for a person
 * @param json for a program; complete but for the command's name
 * @param ends whether the session is over
 */
record Reply(boolean ok, List<String> lines, Json json, boolean ends) {
  static Reply ok(Json json, String... lines) {
    return new Reply(true, List.of(lines), json, false);
  }

  static Reply ok(Json json, List<String> lines) {
    return new Reply(true, lines, json, false);
  }

  /** The session is over, as was asked. */
  static Reply end() {
    return new Reply(true, List.of(), Json.object(), true);
  }

  /** The command cannot be run as it stands. */
  static Reply refused(String message) {
    return failed(message, Json.object().put("message", message));
  }

  static Reply failed(String message, Json error) {
    return new Reply(false, List.of("ERROR: " + message), Json.object().put("error", error), false);
  }
}
