package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.tuple.Subspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A tree of directories as it is told to users: what each call answers, and changes. */
final class DirectoryModel {
  static final String EXISTS = "ALREADY_EXISTS";
  static final String NOT_THERE = "NO_SUCH_DIRECTORY";
  static final String OTHER_LAYER = "LAYER_MISMATCH";
  static final String ILLEGAL_MOVE = "ILLEGAL_MOVE";
  static final String DONE = "done";

  /** A directory; a move takes it elsewhere with all that is in it. */
  static final class Node {
    final String layer;
    final Map<String, Node> children = new TreeMap<>();
    final Map<String, String> rows = new TreeMap<>();

    /** Null until somebody has seen it. */
    Bytes prefix;

    Node(String layer) {
      this.layer = layer;
    }

    boolean isPartition() {
      return layer.equals(DirectoryRows.PARTITION);
    }
  }

  private final Node root = new Node("");

  /** Null when there is none. */
  Node find(List<String> path) {
    Node node = root;
    for (String name : path) {
      node = node == null ? null : node.children.get(name);
    }
    return node;
  }

  private static List<String> parent(List<String> path) {
    return path.subList(0, path.size() - 1);
  }

  private static String name(List<String> path) {
    return path.get(path.size() - 1);
  }

  private static boolean isWithin(List<String> path, List<String> other) {
    return path.size() >= other.size() && path.subList(0, other.size()).equals(other);
  }

  /** The path of the partition that what is, or would be, at a path belongs to. */
  List<String> partitionOf(List<String> path) {
    for (int depth = path.size() - 1; depth > 0; depth--) {
      Node node = find(path.subList(0, depth));
      if (node != null && node.isPartition()) {
        return path.subList(0, depth);
      }
    }
    return List.of();
  }

  /** The answer to a call, which is done. */
  String answer(DirectoryCall call) {
    List<String> path = call.path();
    Node node = find(path);
    if (find(call.base()) == null) {
      return NOT_THERE;
    }
    return switch (call.kind()) {
      case CREATE -> node != null ? EXISTS : make(path, call.with());
      case CREATE_OR_OPEN -> node == null ? make(path, call.with()) : open(node, call.with());
      case OPEN -> node == null ? NOT_THERE : open(node, call.with());
      case MOVE -> move(path, call.newPath(), call.opened() > 0);
      case REMOVE -> remove(path) ? DONE : NOT_THERE;
      case REMOVE_IF_EXISTS -> String.valueOf(remove(path));
      case EXISTS -> String.valueOf(node != null);
      case LIST -> node == null ? NOT_THERE : String.join(",", node.children.keySet());
      case WRITE -> node == null ? NOT_THERE : write(node, call.row(), call.value());
      case READ -> node == null ? NOT_THERE : read(node, call.row());
    };
  }

  /** How a directory that was opened or made is told. */
  static String opened(String layer) {
    return "of the layer " + layer;
  }

  /** How a partition answers who wants to use keys of it. */
  static String noKeys() {
    return "no keys";
  }

  private static String open(Node node, String layer) {
    return layer.isEmpty() || layer.equals(node.layer) ? opened(node.layer) : OTHER_LAYER;
  }

  private String make(List<String> path, String layer) {
    Node node = root;
    for (String name : parent(path)) {
      node = node.children.computeIfAbsent(name, any -> new Node(""));
    }
    node.children.put(name(path), new Node(layer));
    return opened(layer);
  }

  private String move(List<String> from, List<String> to, boolean isCalledItself) {
    if (isWithin(to, from)) {
      return ILLEGAL_MOVE;
    }
    Node node = find(from);
    List<String> fromPartition = partitionOf(from);
    List<String> toPartition = partitionOf(to);
    if (isCalledItself && !to.isEmpty() && to.equals(fromPartition)) {
      // To a directory in a partition that is the root, and not in another one.
      return EXISTS;
    }
    if (!fromPartition.equals(toPartition)) {
      // Who looks from the partition of the old path sees that nothing is there.
      return node == null && isWithin(toPartition, fromPartition) ? NOT_THERE : ILLEGAL_MOVE;
    }
    if (node == null) {
      return NOT_THERE;
    }
    if (find(to) != null) {
      return EXISTS;
    }
    Node newParent = find(parent(to));
    if (newParent == null) {
      return NOT_THERE;
    }
    newParent.children.put(name(to), node);
    find(parent(from)).children.remove(name(from));
    return opened(node.layer);
  }

  private boolean remove(List<String> path) {
    Node parent = find(parent(path));
    return parent != null && parent.children.remove(name(path)) != null;
  }

  private static String write(Node node, String row, String value) {
    if (node.isPartition()) {
      return noKeys();
    }
    node.rows.put(row, value);
    return DONE;
  }

  private static String read(Node node, String row) {
    return node.isPartition() ? noKeys() : node.rows.getOrDefault(row, "nothing");
  }

  /** The prefixes of all partitions that are there. */
  List<Bytes> partitions() {
    List<Bytes> all = new ArrayList<>();
    addPartitions(root, all);
    return all;
  }

  private static void addPartitions(Node node, List<Bytes> all) {
    for (Node child : node.children.values()) {
      if (child.isPartition() && child.prefix != null) {
        all.add(child.prefix);
      }
      addPartitions(child, all);
    }
  }

  /** All rows of all directories, as they must be stored; where a prefix is known. */
  Map<Bytes, Bytes> rows(DirectoryRows rows) {
    Map<Bytes, Bytes> all = new TreeMap<>();
    addRows(root, rows.root(), rows, all);
    return all;
  }

  private static void addRows(Node node, Bytes prefix, DirectoryRows rows, Map<Bytes, Bytes> all) {
    node.children.forEach(
        (name, child) -> {
          if (child.prefix == null) {
            return;
          }
          all.put(Bytes.wrap(rows.childKey(prefix, name)), child.prefix);
          all.put(Bytes.wrap(rows.layerKey(child.prefix)), Bytes.utf8(child.layer));
          Subspace keys = new Subspace(child.prefix.toArray());
          child.rows.forEach(
              (row, value) -> all.put(Bytes.wrap(keys.pack(row)), Bytes.utf8(value)));
          if (child.isPartition()) {
            DirectoryRows inside = DirectoryRows.ofPartition(child.prefix);
            addRows(child, inside.root(), inside, all);
          } else {
            addRows(child, child.prefix, rows, all);
          }
        });
  }
}
