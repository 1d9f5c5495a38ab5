package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * A call of the directory layer, and how it was answered.
 *
 * @param path from the root
 * @param opened how many names of the path lead to a directory that is opened first, to call that
 *     rather than the root; 0 for the root
 * @param with the layer; or the new path; or the name of a row and perhaps its value, each with a
 *     slash between
 * @param answer a word, or the reason why it was refused
 * @param prefixes as the rows have them, of all directories on the path on which the one is now
 *     that the call found or made; else none
 */
public record DirectoryCall(
    Kind kind, List<String> path, int opened, String with, String answer, List<Bytes> prefixes) {
  /** What is called. */
  public enum Kind {
    CREATE,
    CREATE_OR_OPEN,
    OPEN,
    MOVE,
    REMOVE,
    REMOVE_IF_EXISTS,
    EXISTS,
    LIST,
    WRITE,
    READ
  }

  public DirectoryCall {
    path = List.copyOf(path);
    prefixes = List.copyOf(prefixes);
  }

  /** One that is not answered yet. */
  public DirectoryCall(Kind kind, List<String> path, int opened, String with) {
    this(kind, path, opened, with, "", List.of());
  }

  public DirectoryCall answered(String theAnswer, List<Bytes> thePrefixes) {
    return new DirectoryCall(kind, path, opened, with, theAnswer, thePrefixes);
  }

  /** The path of the directory that is opened first. */
  public List<String> base() {
    return path.subList(0, opened);
  }

  /** The path from there. */
  public List<String> below() {
    return path.subList(opened, path.size());
  }

  /** Where the directory is after the call. */
  public List<String> pathAfter() {
    return kind == Kind.MOVE ? newPath() : path;
  }

  public List<String> newPath() {
    return List.of(with.split("/", -1));
  }

  public String row() {
    return with.split("/", -1)[0];
  }

  public String value() {
    return with.split("/", -1)[1];
  }

  public Tuple toTuple() {
    Tuple all = new Tuple();
    for (Bytes prefix : prefixes) {
      all = all.add(prefix.toArray());
    }
    return Tuple.from(kind.name(), Tuple.fromList(path), opened, with, answer, all);
  }

  public static DirectoryCall fromTuple(Tuple tuple) {
    List<String> path = new ArrayList<>();
    tuple.getNestedList(1).forEach(name -> path.add((String) name));
    List<Bytes> prefixes = new ArrayList<>();
    tuple.getNestedList(5).forEach(prefix -> prefixes.add(Bytes.copyOf((byte[]) prefix)));
    return new DirectoryCall(
        Kind.valueOf(tuple.getString(0)),
        path,
        (int) tuple.getLong(2),
        tuple.getString(3),
        tuple.getString(4),
        prefixes);
  }
}
