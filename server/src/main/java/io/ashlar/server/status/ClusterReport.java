package io.ashlar.server.status;

import io.ashlar.embedded.ClusterStatus;
import io.ashlar.server.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A look at a cluster with what it means, as text for people or as JSON. */
public final class ClusterReport {
  private final String clusterFile;
  private final ClusterStatus status;
  private final Rates rates;
  private final Reserve reserve;
  private final List<Finding> findings;
  private final Health health;

  ClusterReport(String clusterFile, ClusterStatus status, Rates rates, List<Finding> more) {
    this.clusterFile = clusterFile;
    this.status = status;
    this.rates = rates;
    this.reserve = Reserve.of(status);
    List<Finding> all = new ArrayList<>(Diagnosis.of(status));
    all.addAll(more);
    this.findings = List.copyOf(all);
    this.health = Diagnosis.health(findings);
  }

  public Health health() {
    return health;
  }

  public List<Finding> findings() {
    return findings;
  }

  public ClusterStatus status() {
    return status;
  }

  // JSON

  /** Everything; numbers are −1 where nobody told them. */
  public Json json() {
    return Json.object()
        .put("health", health)
        .put(
            "findings",
            findings.stream()
                .map(
                    each ->
                        Json.object()
                            .put("health", each.health())
                            .put("what", each.what())
                            .put("remedy", each.remedy()))
                .toList())
        .put("clusterFile", clusterFile)
        .put("database", status.controller().field("database"))
        .put("epoch", status.controller().number("epoch", -1))
        .put("phase", status.controller().field("phase"))
        .put("waitsFor", status.controller().field("waits-for"))
        .put("lastFailure", status.controller().field("last-failure"))
        .put("recoveryAttempts", status.controller().number("recovery-attempts", -1))
        .put("controller", status.leader().process())
        .put("readVersionMillis", millis(status.readVersionNanos()))
        .put("configuration", configuration())
        .put("reserve", reserveJson())
        .put("operations", operations())
        .put("data", data())
        .put("moves", moves())
        .put("clients", status.controller().number("clients", -1))
        .put("coordinators", coordinators())
        .put("processes", processes())
        .put("degradedLinks", degradedLinks())
        .put("logTroubles", logTroubles())
        .put("leftOut", status.controller().fields("left-out"))
        .put("roles", status.roles().stream().map(this::role).toList());
  }

  private static double millis(long nanos) {
    return nanos < 0 ? -1 : nanos / 1_000 / 1_000.0;
  }

  private Json configuration() {
    Json settings = Json.object();
    for (io.ashlar.core.Setting setting : io.ashlar.core.Setting.values()) {
      settings.put(setting.label(), status.controller().number(setting.label(), -1));
    }
    return settings;
  }

  private Json reserveJson() {
    return Json.object()
        .put("zonesUntilDataLoss", reserve.zonesUntilLoss())
        .put("zonesUntilStandstill", reserve.zonesUntilStandstill())
        .put("coordinators", reserve.coordinatorsToSpare())
        .put("logCopies", reserve.logCopies())
        .put("logCopiesLeft", reserve.logCopiesLeft())
        .put("storageCopies", reserve.storageCopies())
        .put("storageCopiesLeft", reserve.storageCopiesLeft())
        .put("shards", status.shards().size())
        .put("shardsUnreadable", reserve.shardsUnreadable())
        .put("shardsShort", reserve.shardsShort());
  }

  private Json operations() {
    return Json.object()
        .put("commitsPerSecond", rates.commits())
        .put("conflictsPerSecond", rates.conflicts())
        .put("readVersionsPerSecond", rates.readVersions())
        .put("readsPerSecond", rates.reads());
  }

  private Json data() {
    return Json.object()
        .put("engineBytes", sumOfProcesses("engine-bytes"))
        .put("fileBytes", sumOfProcesses("file-bytes"))
        .put("logBytesInMemory", sumOfRoles("log-server", "bytes-in-memory"))
        .put("logBytesOnDisk", sumOfRoles("log-server", "bytes-on-disk"))
        .put("storageBytesInMemory", sumOfRoles("storage-server", "bytes-in-memory"))
        .put("storageLagSecondsMax", lagMax());
  }

  private Json moves() {
    return Json.object()
        .put("rangesToMove", status.controller().number("ranges-to-move", -1))
        .put("rangesMoving", status.controller().number("ranges-moving", -1))
        .put("rangesMoved", status.controller().number("ranges-moved", -1));
  }

  /** Processes that do not reach each other, or hardly; the time is −1 for not at all. */
  private List<Json> degradedLinks() {
    List<Json> links = new ArrayList<>();
    for (String link : status.controller().fields("degraded")) {
      String[] words = link.split(" ");
      links.add(
          Json.object()
              .put("one", words[0])
              .put("other", words[1])
              .put("millis", words[2].equals("unreachable") ? -1 : Long.parseLong(words[2])));
    }
    return links;
  }

  /** Log servers of the epoch that it goes on without, or that commits wait for. */
  private List<Json> logTroubles() {
    List<Json> troubles = new ArrayList<>();
    for (String trouble : status.controller().fields("log-trouble")) {
      String[] words = trouble.split(" ");
      troubles.add(
          Json.object()
              .put("address", words[0])
              .put("what", words[1])
              .put("tolerated", words[2].equals("tolerated"))
              .put("millis", Long.parseLong(words[3])));
    }
    return troubles;
  }

  private long sumOfProcesses(String field) {
    return status.processes().stream()
        .mapToLong(each -> Math.max(0, each.process().number(field, 0)))
        .sum();
  }

  private long sumOfRoles(String kind, String field) {
    return status.roles().stream()
        .filter(role -> role.kind().endsWith(kind))
        .mapToLong(role -> Math.max(0, role.answer().number(field, 0)))
        .sum();
  }

  private double lagMax() {
    return status.roles().stream().mapToDouble(role -> Lag.seconds(status, role)).max().orElse(-1);
  }

  private List<Json> coordinators() {
    return status.coordinators().stream()
        .map(
            each ->
                Json.object()
                    .put("process", each.address().process())
                    .put("reachable", each.isThere())
                    .put("failure", each.failure()))
        .toList();
  }

  private List<Json> processes() {
    return status.processes().stream()
        .map(
            each ->
                Json.object()
                    .put("process", each.name())
                    .put("reachable", each.isThere())
                    .put("failure", each.worker().failure())
                    .put("zone", each.zone())
                    .put("silentMillis", each.silentMillis())
                    .put("pid", each.process().number("pid", -1))
                    .put("begunMillis", each.process().number("begun-millis", -1))
                    .put("heapBytes", each.process().number("heap-bytes", -1))
                    .put("heapBytesMax", each.process().number("heap-bytes-max", -1))
                    .put("engineBytes", each.process().number("engine-bytes", -1))
                    .put("diskBytesFree", each.process().number("disk-bytes-free", -1))
                    .put("directory", each.process().field("directory"))
                    .put("roles", rolesOf(each.name())))
        .toList();
  }

  /** The kinds of the roles in a process, those of the controller and of coordinators too. */
  private List<String> rolesOf(String process) {
    List<String> kinds = new ArrayList<>();
    if (status.leader().process().equals(process)) {
      kinds.add("controller");
    }
    for (ClusterStatus.Answer coordinator : status.coordinators()) {
      if (coordinator.address().process().equals(process)) {
        kinds.add("coordinator");
      }
    }
    for (ClusterStatus.Role role : status.roles()) {
      if (role.process().equals(process)) {
        kinds.add(role.kind());
      }
    }
    return kinds;
  }

  private Json role(ClusterStatus.Role role) {
    Map<String, String> fields = new TreeMap<>();
    if (role.isThere()) {
      role.answer().status().fields().forEach(field -> fields.put(field.name(), field.value()));
    }
    Json json =
        Json.object()
            .put("kind", role.kind())
            .put("id", role.id())
            .put("process", role.process())
            .put("zone", role.zone())
            .put("reachable", role.isThere())
            .put("failure", role.answer().failure());
    if (role.kind().equals("storage-server")) {
      json.put("lagSeconds", Lag.seconds(status, role));
    }
    return json.put("fields", fields);
  }

  // Text

  /** Some lines for people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    line(text, "%s", health.words());
    for (Finding finding : findings) {
      line(text, "  - %s. %s.", capital(finding.what()), capital(finding.remedy()));
    }
    ClusterStatus.Answer controller = status.controller();
    if (controller.isThere()) {
      line(text, "");
      line(
          text,
          "Database %s, epoch %d, %s%s",
          controller.field("database").isEmpty() ? "not created yet" : controller.field("database"),
          controller.number("epoch", 0),
          controller.field("phase"),
          status.readVersionNanos() < 0
              ? ""
              : String.format(
                  Locale.ROOT, ", a read version takes %.1f ms", status.readVersionNanos() / 1e6));
      reserveText(text);
      operationsText(text);
    }
    coordinatorsText(text);
    processesText(text);
    return text.toString();
  }

  private static String capital(String sentence) {
    return sentence.isEmpty()
        ? sentence
        : sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments).stripTrailing()).append('\n');
  }

  private void reserveText(StringBuilder text) {
    if (status.view() == null) {
      return;
    }
    line(
        text,
        "Copies: the log in %d zone%s (%d there), each shard on %s; %d log server%s, %d storage"
            + " server%s",
        reserve.logCopies(),
        plural(reserve.logCopies()),
        reserve.logCopiesLeft(),
        reserve.storageCopies() == 0
            ? "an unknown number of storage servers"
            : reserve.storageCopies()
                + " storage server"
                + plural(reserve.storageCopies())
                + " ("
                + reserve.storageCopiesLeft()
                + " there at least)",
        (int) status.controller().number("logs", 0),
        plural(status.controller().number("logs", 0)),
        status.view().storages().size(),
        plural(status.view().storages().size()));
    line(
        text,
        "Reserve: %d zone%s may be lost without losing data, %d without standing still; %d"
            + " coordinator%s",
        reserve.zonesUntilLoss(),
        plural(reserve.zonesUntilLoss()),
        reserve.zonesUntilStandstill(),
        Math.max(0, reserve.coordinatorsToSpare()),
        plural(reserve.coordinatorsToSpare()));
  }

  private static String plural(long count) {
    return count == 1 ? "" : "s";
  }

  private void operationsText(StringBuilder text) {
    if (rates.commits() >= 0) {
      line(
          text,
          "Operations a second: commits %,.0f, conflicts %,.0f, read versions %,.0f, reads %,.0f",
          rates.commits(),
          rates.conflicts(),
          rates.readVersions(),
          rates.reads());
    }
    line(
        text,
        "Data: %s in engines, the log %s in memory and %s on disk; storage is %.1f s behind at"
            + " most; %d client%s",
        Amounts.bytes(sumOfProcesses("engine-bytes")),
        Amounts.bytes(sumOfRoles("log-server", "bytes-in-memory")),
        Amounts.bytes(sumOfRoles("log-server", "bytes-on-disk")),
        Math.max(0, lagMax()),
        status.controller().number("clients", 0),
        plural(status.controller().number("clients", 0)));
    long toMove = status.controller().number("ranges-to-move", 0);
    if (toMove > 0) {
      line(
          text,
          "Moves: %d range%s to be on other storage servers, %d under way; %d moved in this epoch",
          toMove,
          toMove == 1 ? " is" : "s are",
          status.controller().number("ranges-moving", 0),
          status.controller().number("ranges-moved", 0));
    }
  }

  private void coordinatorsText(StringBuilder text) {
    line(text, "");
    line(text, "Coordinators");
    for (ClusterStatus.Answer each : status.coordinators()) {
      line(
          text,
          "  %-22s %s",
          each.address().process(),
          each.isThere() ? "answers" : each.failure());
    }
  }

  private void processesText(StringBuilder text) {
    line(text, "Processes");
    for (ClusterStatus.ProcessAnswer each : status.processes()) {
      if (!each.isThere()) {
        line(text, "  %-22s %s", each.name(), each.worker().failure());
        continue;
      }
      long begun = each.process().number("begun-millis", -1);
      line(
          text,
          "  %-22s up %s, heap %s of %s%s",
          each.name(),
          begun < 0 ? "?" : Amounts.seconds(Math.max(0, System.currentTimeMillis() - begun)),
          Amounts.bytes(each.process().number("heap-bytes", 0)),
          Amounts.bytes(each.process().number("heap-bytes-max", 0)),
          each.zone().isEmpty() || each.zone().equals(each.name()) ? "" : ", zone " + each.zone());
      for (String words : rolesInWords(each.name())) {
        line(text, "  %-22s %s", "", words);
      }
    }
    for (ClusterStatus.Role role : status.roles()) {
      if (role.process().isEmpty()) {
        line(text, "  %-22s %s %s", "nowhere", role.kind(), role.id());
      }
    }
  }

  private List<String> rolesInWords(String process) {
    List<String> words = new ArrayList<>();
    if (status.leader().process().equals(process)) {
      words.add("controller");
    }
    for (ClusterStatus.Role role : status.roles()) {
      if (role.process().equals(process)) {
        words.add(role.kind() + detail(role));
      }
    }
    return words;
  }

  private String detail(ClusterStatus.Role role) {
    ClusterStatus.Answer answer = role.answer();
    if (!answer.isThere()) {
      return ": " + answer.failure();
    }
    if (role.kind().endsWith("log-server")) {
      return ", "
          + Amounts.bytes(answer.number("bytes-in-memory", 0))
          + " in memory, "
          + Amounts.bytes(answer.number("bytes-on-disk", 0))
          + " on disk";
    }
    if (role.kind().equals("storage-server")) {
      return String.format(
          Locale.ROOT,
          ", %.1f s behind, %s in memory",
          Math.max(0, Lag.seconds(status, role)),
          Amounts.bytes(answer.number("bytes-in-memory", 0)));
    }
    return "";
  }
}
