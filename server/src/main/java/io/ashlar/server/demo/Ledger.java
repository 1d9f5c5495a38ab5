package io.ashlar.server.demo;

import java.util.TreeSet;

/**
 * What a process that was killed had told its parent: for each of its entries "S thread number"
 * before the commit was asked for, and "A thread number" after it was acknowledged. Lines arrive
 * through a pipe; the last one may be cut off, and then says nothing.
 */
final class Ledger {
  private final TreeSet<Entry> started = new TreeSet<>();
  private final TreeSet<Entry> acknowledged = new TreeSet<>();

  /** One transaction of the writer. */
  record Entry(int thread, int number) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int byThread = Integer.compare(thread, other.thread);
      return byThread != 0 ? byThread : Integer.compare(number, other.number);
    }

    /** As it stands in the database, below the prefix of its round. */
    String keyEnd() {
      return String.format(java.util.Locale.ROOT, "%02d/%06d", thread, number);
    }

    static Entry ofKeyEnd(String end) {
      int slash = end.indexOf('/');
      return new Entry(
          Integer.parseInt(end.substring(0, slash)), Integer.parseInt(end.substring(slash + 1)));
    }
  }

  static String startedLine(Entry entry) {
    return "S " + entry.thread() + " " + entry.number();
  }

  static String acknowledgedLine(Entry entry) {
    return "A " + entry.thread() + " " + entry.number();
  }

  /** Takes in a whole line; whether it was one of the ledger's. */
  synchronized boolean accept(String line) {
    String[] words = line.split(" ", -1);
    if (words.length != 3 || !(words[0].equals("S") || words[0].equals("A"))) {
      return false;
    }
    Entry entry = new Entry(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
    (words[0].equals("S") ? started : acknowledged).add(entry);
    return true;
  }

  synchronized int acknowledgedCount() {
    return acknowledged.size();
  }

  /** Entries whose commit had been asked for and not acknowledged. */
  synchronized int inFlightCount() {
    return started.size() - acknowledged.size();
  }

  /** Acknowledged entries that {@code found} lacks: each is a lost commit. */
  synchronized TreeSet<Entry> lost(TreeSet<Entry> found) {
    TreeSet<Entry> lost = new TreeSet<>(acknowledged);
    lost.removeAll(found);
    return lost;
  }

  /** Entries of {@code found} that nobody had asked for. */
  synchronized TreeSet<Entry> invented(TreeSet<Entry> found) {
    TreeSet<Entry> invented = new TreeSet<>(found);
    invented.removeAll(started);
    return invented;
  }
}
