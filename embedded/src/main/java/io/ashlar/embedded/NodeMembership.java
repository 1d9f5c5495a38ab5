package io.ashlar.embedded;

import io.ashlar.control.Membership;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Endpoints;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * To which database a node belongs, as its directory says in a file of its own. It is there before
 * any role of the node starts, and nothing else tells: which folders are there says little of what
 * was lost.
 *
 * @param description as in the cluster file, for people
 * @param databaseId the database
 * @param setId the set of coordinators; the database's own for the first
 * @param coordinators {@code host:port} of each; empty when the node itself is the only one,
 *     wherever it listens
 * @param created whether the database is there: then no node begins anew with nothing
 */
record NodeMembership(
    String description, Uid databaseId, Uid setId, List<String> coordinators, boolean created) {
  private static final String ITSELF = "itself";

  private static final Pattern FORM =
      Pattern.compile(
          "ashlar membership 1\n"
              + "database ([A-Za-z0-9_]+):([0-9a-f]{32})\n"
              + "coordinators ([0-9a-f]{32}) (\\S+)\n"
              + "created (yes|no)\n");

  private static final Pattern SEALED = Pattern.compile("(?s)(.*\n)crc32c ([0-9a-f]{8})\n");

  NodeMembership {
    coordinators = List.copyOf(coordinators);
    Check.that(created || setId.equals(databaseId), "created by a later set: ", setId);
  }

  /** Of a node that is the first one of a database which it is about to create. */
  static NodeMembership first(Uid databaseId) {
    return new NodeMembership(ClusterFile.DESCRIPTION, databaseId, databaseId, List.of(), false);
  }

  /** Of one of the nodes that create a database together, unless it turns out to be there. */
  static NodeMembership founding(ClusterFile cluster) {
    NodeMembership joined = joined(cluster);
    boolean mayBeNew = joined.setId.equals(joined.databaseId);
    return new NodeMembership(
        joined.description, joined.databaseId, joined.setId, joined.coordinators, !mayBeNew);
  }

  /** Of a node that joins others. */
  static NodeMembership joined(ClusterFile cluster) {
    return new NodeMembership(
        cluster.description(), cluster.databaseId(), cluster.setId(), cluster.processes(), true);
  }

  /** Whether the node itself is the only coordinator. */
  boolean isAlone() {
    return coordinators.isEmpty();
  }

  /** The same, once the database is there. */
  NodeMembership afterCreation() {
    return new NodeMembership(description, databaseId, setId, coordinators, true);
  }

  /** The same, where the coordinators are now. */
  NodeMembership at(CoordinatorSet next) {
    return new NodeMembership(
        description,
        databaseId,
        next.id(),
        next.coordinators().stream().map(Address::process).toList(),
        true);
  }

  /**
   * What it is when the node is started with a cluster file: of the same database, but the
   * coordinators may be elsewhere by now.
   *
   * @param directory for errors
   */
  NodeMembership startedWith(ClusterFile given, String directory) {
    if (!given.databaseId().equals(databaseId)) {
      throw new AshlarException(
          ErrorCode.CONNECTION_STRING_INVALID,
          "the directory "
              + directory
              + " belongs to a node of database "
              + databaseId
              + ", and the cluster file is of database "
              + given.databaseId()
              + "; give the cluster file of that database, or an empty directory");
    }
    if (!isAlone() || !given.setId().equals(setId)) {
      return created ? joined(given) : founding(given);
    }
    if (given.processes().size() > 1) {
      throw new AshlarException(
          ErrorCode.CONNECTION_STRING_INVALID,
          "the node in the directory "
              + directory
              + " is the only coordinator of its database, and the cluster file has more: "
              + given);
    }
    return this;
  }

  /**
   * Whether a node is one of the coordinators.
   *
   * @param process where it listens, or its name
   */
  boolean isCoordinator(String process) {
    return isAlone()
        || coordinators.stream().anyMatch(each -> ClusterFile.isSamePlace(each, process));
  }

  /**
   * What the roles of the node are told.
   *
   * @param process where it listens, or its name
   */
  Membership asOf(String process) {
    return new Membership(
        databaseId,
        new CoordinatorSet(
            setId,
            places(process).stream()
                .map(place -> new Address(place, Endpoints.COORDINATOR))
                .toList()),
        !created);
  }

  /**
   * The cluster file for others.
   *
   * @param process where it listens, or its name
   */
  ClusterFile clusterFile(String process) {
    return ClusterFile.of(description, databaseId, setId, places(process));
  }

  private List<String> places(String process) {
    return isAlone() ? List.of(process) : coordinators;
  }

  /** As it is in the file. */
  String encode() {
    String body =
        "ashlar membership 1\n"
            + ("database " + description + ":" + databaseId + "\n")
            + ("coordinators " + setId + " ")
            + ((isAlone() ? ITSELF : String.join(",", coordinators)) + "\n")
            + ("created " + (created ? "yes" : "no") + "\n");
    return body + "crc32c " + checksum(body) + "\n";
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @param file its name, for errors
   * @throws AshlarException with FILE_CORRUPT, or DIRECTORY_VERSION when it is whole and says
   *     something else
   */
  static NodeMembership decode(String file, String content) {
    Matcher sealed = SEALED.matcher(content);
    if (!sealed.matches() || !checksum(sealed.group(1)).equals(sealed.group(2))) {
      throw new AshlarException(
          ErrorCode.FILE_CORRUPT,
          "the file " + file + " is corrupt: its checksum does not match; restore it from a copy");
    }
    Matcher body = FORM.matcher(sealed.group(1));
    if (!body.matches()) {
      throw new AshlarException(
          ErrorCode.DIRECTORY_VERSION, "the file " + file + " is of another version");
    }
    String places = body.group(4);
    return new NodeMembership(
        body.group(1),
        Uid.parse(body.group(2)),
        Uid.parse(body.group(3)),
        places.equals(ITSELF) ? List.of() : List.of(places.split(",")),
        body.group(5).equals("yes"));
  }

  private static String checksum(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    String digits = Long.toHexString(crc.getValue());
    return "0".repeat(8 - digits.length()) + digits;
  }
}
