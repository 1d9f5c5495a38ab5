package io.ashlar.embedded;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Endpoints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How clients and servers find a cluster: one line {@code description:id@host:port}, with up to five
 * {@code host:port}, separated by commas. Lines that begin with {@code #} and empty ones do not
 * count.
 *
 * @param description letters, digits and underscores, for people
 * @param id letters and digits: the database's identity
 * @param processes {@code host:port} of each coordinator
 */
public record ClusterFile(String description, String id, List<String> processes) {
  private static final Pattern LINE =
      Pattern.compile("([A-Za-z0-9_]+):([A-Za-z0-9]+)@(\\S+)");

  private static final Pattern PROCESS =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\s:@,]+):([0-9]{1,5})");

  private static final int PORT_MAX = 65_535;

  private static final String FORM = "name:id@host:port,host:port,…";

  /** The name of the file in a node's directory. */
  public static final String NAME = "ashlar.cluster";

  public ClusterFile {
    processes = List.copyOf(processes);
  }

  public static ClusterFile of(Uid databaseId, String process) {
    return new ClusterFile("ashlar", databaseId.toString(), List.of(process));
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
            && Set.copyOf(processes).size() == processes.size()
            && processes.stream().allMatch(ClusterFile::isProcess);
    return isPossible ? new ClusterFile(matcher.group(1), matcher.group(2), processes) : null;
  }

  private static boolean isProcess(String text) {
    Matcher matcher = PROCESS.matcher(text);
    return matcher.matches() && Integer.parseInt(matcher.group(2)) <= PORT_MAX;
  }

  /** Who are asked for the controller. */
  public CoordinatorSet coordinators() {
    return CoordinatorSet.first(
        processes.stream().map(process -> new Address(process, Endpoints.COORDINATOR)).toList());
  }

  /** Replaces {@code file} atomically. */
  public void write(Path file) {
    Path staged = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.writeString(staged, this + "\n", StandardCharsets.UTF_8);
      Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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
