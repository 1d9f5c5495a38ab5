package io.ashlar.embedded;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Endpoints;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How clients and servers find a cluster: one line {@code description:id@host:port}, with up to
 * five {@code host:port}, separated by commas. Lines that begin with {@code #} and empty ones do
 * not count.
 *
 * @param description letters, digits and underscores, for people
 * @param id 32 hexadecimal digits, the database's identity, which its first node has drawn; then,
 *     once its coordinators are not the first ones any more, 32 of the set that they are
 * @param processes {@code host:port} of each coordinator, each once
 */
public record ClusterFile(String description, String id, List<String> processes) {
  private static final Pattern LINE =
      Pattern.compile("([A-Za-z0-9_]+):([0-9A-Fa-f]{32}|[0-9A-Fa-f]{64})@(\\S+)");

  private static final Pattern PROCESS =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\s:@,]+):([0-9]{1,5})");

  private static final int PORT_MAX = 65_535;

  private static final String FORM =
      "name:id@host:port,host:port,…, with the id of 32 or 64 digits that a node has written";

  private static final int ID_DIGITS = 32;

  /** Of a database whose cluster file nobody has changed. */
  static final String DESCRIPTION = "ashlar";

  /** The name of the file in a node's directory. */
  public static final String NAME = "ashlar.cluster";

  public ClusterFile {
    id = id.toLowerCase(Locale.ROOT);
    processes = processes.stream().map(ClusterFile::normal).toList();
  }

  /**
   * The file of a database.
   *
   * @param setId of the coordinators: the database's own, or that of a later set
   */
  static ClusterFile of(String description, Uid databaseId, Uid setId, List<String> processes) {
    String id = databaseId + (setId.equals(databaseId) ? "" : setId.toString());
    return new ClusterFile(description, id, processes);
  }

  /**
   * Reads a file.
   *
   * @throws AshlarException {@link ErrorCode#NO_CLUSTER_FILE_FOUND}, {@link
   *     ErrorCode#CONNECTION_STRING_INVALID} or {@link ErrorCode#IO_ERROR}
   */
  public static ClusterFile read(Path file) {
    String content;
    try {
      content = Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new AshlarException(
          ErrorCode.NO_CLUSTER_FILE_FOUND,
          "there is no cluster file " + file + "; a node writes one into its directory",
          e);
    } catch (IOException e) {
      throw new AshlarException(
          ErrorCode.IO_ERROR, "cannot read the cluster file " + file + ": " + e.getMessage(), e);
    }
    return parse(content, file.toString());
  }

  static ClusterFile parse(String content, String where) {
    ClusterFile found = null;
    for (String line : content.split("\\R")) {
      String trimmed = line.strip();
      if (trimmed.isEmpty() || trimmed.startsWith("#")) {
        continue;
      }
      ClusterFile here = parseLine(trimmed);
      if (found != null || here == null) {
        throw new AshlarException(
            ErrorCode.CONNECTION_STRING_INVALID,
            where + " must have one line " + FORM + ", not: " + trimmed);
      }
      found = here;
    }
    if (found == null) {
      throw new AshlarException(
          ErrorCode.CONNECTION_STRING_INVALID,
          where + " must have one line " + FORM + "; it has none");
    }
    return found;
  }

  /** What a line says, or null when it is none. */
  private static ClusterFile parseLine(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return null;
    }
    List<String> processes = List.of(matcher.group(3).split(",", -1));
    boolean isPossible =
        processes.size() <= CoordinatorSet.COORDINATORS_MAX
            && processes.stream().allMatch(ClusterFile::isProcess)
            && processes.stream().map(ClusterFile::place).distinct().count() == processes.size();
    if (!isPossible) {
      return null;
    }
    ClusterFile file = new ClusterFile(matcher.group(1), matcher.group(2), processes);
    boolean isOfOne = !file.databaseId().equals(Uid.NONE) && !file.setId().equals(Uid.NONE);
    return isOfOne ? file : null;
  }

  private static boolean isProcess(String text) {
    Matcher matcher = PROCESS.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    int port = Integer.parseInt(matcher.group(2));
    return port > 0 && port <= PORT_MAX;
  }

  /** One spelling for a port and for the letters of a host. */
  private static String normal(String process) {
    Matcher matcher = PROCESS.matcher(process);
    return matcher.matches()
        ? matcher.group(1).toLowerCase(Locale.ROOT) + ":" + Integer.parseInt(matcher.group(2))
        : process;
  }

  /** One spelling for an IPv6 address too, which may be written in several ways. */
  private static String place(String process) {
    String normal = normal(process);
    if (!normal.startsWith("[")) {
      return normal;
    }
    int end = normal.indexOf(']');
    try {
      // Nobody is asked for an address in brackets.
      return InetAddress.getByName(normal.substring(0, end + 1)).getHostAddress()
          + normal.substring(end + 1);
    } catch (UnknownHostException noAddress) {
      return normal;
    }
  }

  /** Whether two {@code host:port} say the same. */
  static boolean isSamePlace(String left, String right) {
    return place(left).equals(place(right));
  }

  /** The database that must answer there. */
  public Uid databaseId() {
    return Uid.parse(id.substring(0, ID_DIGITS));
  }

  /** The set that its coordinators are: the database's own id for the first one. */
  public Uid setId() {
    return Uid.parse(id.substring(id.length() - ID_DIGITS));
  }

  /** The file of the same database, where its coordinators are now. */
  public ClusterFile at(CoordinatorSet next) {
    List<String> places = next.coordinators().stream().map(Address::process).toList();
    return of(description, databaseId(), next.id(), places);
  }

  /**
   * Rewrites a file for coordinators that have moved. One that cannot be written, or is of another
   * database by now, stays as it is: it is the operator's, and as long as one of the coordinators
   * before is there it leads to the next.
   */
  static void follow(Path file, Uid databaseId, CoordinatorSet next) {
    if (!Files.isWritable(file)) {
      return;
    }
    ClusterFile present = read(file);
    ClusterFile moved = present.at(next);
    if (present.databaseId().equals(databaseId) && !moved.equals(present)) {
      moved.write(file);
    }
  }

  /** Who are asked for the controller. */
  public CoordinatorSet coordinators() {
    return new CoordinatorSet(
        setId(),
        processes.stream().map(process -> new Address(process, Endpoints.COORDINATOR)).toList());
  }

  /** Replaces {@code file} atomically and durably. */
  public void write(Path file) {
    try {
      DurableText.replaceAmongOthers(file, this + "\n");
    } catch (IOException e) {
      throw new AshlarException(
          ErrorCode.IO_ERROR, "cannot write the cluster file " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return description + ":" + id + "@" + String.join(",", processes);
  }
}
