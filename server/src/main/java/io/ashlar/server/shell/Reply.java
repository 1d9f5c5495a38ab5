package io.ashlar.server.shell;

import io.ashlar.server.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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

  /** This, and more behind it. */
  Reply and(Json more, String line) {
    List<String> all = new ArrayList<>(lines);
    all.add(line);
    return new Reply(ok, List.copyOf(all), json.putAll(more), ends);
  }

  /** A number of things, such as "1 key" and "2 keys". */
  static String count(long number, String thing) {
    return String.format(Locale.ROOT, "%d %s%s", number, thing, number == 1 ? "" : "s");
  }

  /** The last line of a page, which says how to go on; {@code token} is null at the end. */
  static String page(int found, String thing, String token) {
    String more = token == null ? "" : ", and perhaps more: go on with `after " + token + "'";
    return count(found, thing) + more;
  }

  /** The same for a program. */
  static Json page(List<Object> shown, String token) {
    Json json = Json.object().put("rows", shown).put("more", token != null);
    return token == null ? json : json.put("after", token);
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
