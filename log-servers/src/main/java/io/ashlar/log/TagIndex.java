package io.ashlar.log;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Check;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The newest entries, by tag, for readers that keep up; and how far each tag is popped. What was
 * evicted lies at or below {@link #coldThrough} and is found in the segments. Pure.
 *
 * <p>Costs little garbage: payloads are kept by reference, and queues are arrays that are reused.
 */
final class TagIndex {
  private final ArrayDeque<LogEntry> entries = new ArrayDeque<>();
  private final TagCutter cutter = new TagCutter();
  private int[] tags = new int[8];
  private TagQueue[] queues = new TagQueue[8];
  private int tagCount;
  private long coldThrough;
  private long bytes;

  /** Begins above {@code version}: all at or below is cold. */
  void startAbove(long version) {
    Check.that(entries.isEmpty(), "started late");
    coldThrough = version;
  }

  long coldThrough() {
    return coldThrough;
  }

  long bytes() {
    return bytes;
  }

  int tagCount() {
    return tagCount;
  }

  /** How far the tag's reader has let go; 0 when it never did. */
  long poppedThrough(int tag) {
    int i = Arrays.binarySearch(tags, 0, tagCount, tag);
    return i < 0 ? 0 : queues[i].popped;
  }

  /** Adds the next entry of the chain; without tags nothing of it is kept. */
  void add(LogEntry entry) {
    for (int tag : entry.tags) {
      TagQueue queue = queueOf(tag);
      if (entry.version > queue.popped) {
        queue.add(entry);
        entry.readers++;
      }
    }
    if (entry.readers > 0) {
      entries.add(entry);
      bytes += sizeOf(entry);
    }
  }

  private static long sizeOf(LogEntry entry) {
    return entry.payload.length() + LogEntry.OVERHEAD_BYTES;
  }

  private TagQueue queueOf(int tag) {
    int i = Arrays.binarySearch(tags, 0, tagCount, tag);
    if (i >= 0) {
      return queues[i];
    }
    int at = -i - 1;
    if (tagCount == tags.length) {
      tags = Arrays.copyOf(tags, tagCount * 2);
      queues = Arrays.copyOf(queues, tagCount * 2);
    }
    System.arraycopy(tags, at, tags, at + 1, tagCount - at);
    System.arraycopy(queues, at, queues, at + 1, tagCount - at);
    tags[at] = tag;
    queues[at] = new TagQueue();
    tagCount++;
    return queues[at];
  }

  /** Lets go of the tag's entries at or below {@code through}; never goes back. */
  void pop(int tag, long through) {
    TagQueue queue = queueOf(tag);
    if (through <= queue.popped) {
      return;
    }
    queue.popped = through;
    while (queue.size > 0 && queue.get(0).version <= through) {
      LogEntry entry = queue.removeFirst();
      if (--entry.readers == 0) {
        release(entry);
      }
    }
    while (!entries.isEmpty() && entries.peekFirst().readers == 0) {
      entries.pollFirst();
    }
  }

  private void release(LogEntry entry) {
    bytes -= sizeOf(entry);
    if (entry.appended) {
      entry.payload = null;
    }
  }

  /** Forgets the oldest entries until {@code bytesMax} are left; those not yet appended stay. */
  void evict(long bytesMax) {
    while (!entries.isEmpty()) {
      LogEntry first = entries.peekFirst();
      if (first.readers > 0) {
        if (bytes <= bytesMax || !first.appended) {
          return;
        }
        for (int tag : first.tags) {
          TagQueue queue = queueOf(tag);
          if (queue.size > 0 && queue.get(0) == first) {
            queue.removeFirst();
            first.readers--;
          }
        }
        Check.that(first.readers == 0, "an evicted entry still indexed: ", first.version);
        release(first);
        coldThrough = first.version;
      }
      entries.pollFirst();
    }
  }

  /**
   * Appends the tag's entries from {@code from}, which lies above what is cold, to {@code to};
   * stops before an entry that would make it larger than {@code bytesMax}, unless it is the first.
   *
   * @param end the end of the chain
   * @return the version through which all entries are given
   */
  long peek(int tag, long from, long end, int bytesMax, ByteWriter to) {
    Check.that(from > coldThrough, "cold: ", from);
    int i = Arrays.binarySearch(tags, 0, tagCount, tag);
    if (i < 0) {
      return end;
    }
    TagQueue queue = queues[i];
    long through = from - 1;
    for (int at = queue.lowerBound(from); at < queue.size; at++) {
      LogEntry entry = queue.get(at);
      if (!cutter.cut(tag, entry.version, entry.payload, bytesMax, to)) {
        return through;
      }
      through = entry.version;
    }
    return end;
  }

  /** The lowest version in memory that has an unpopped entry, or the largest long. */
  long firstUnpopped() {
    long first = Long.MAX_VALUE;
    for (int i = 0; i < tagCount; i++) {
      if (queues[i].size > 0) {
        first = Math.min(first, queues[i].get(0).version);
      }
    }
    return first;
  }

  void checkInvariants() {
    long counted = 0;
    long last = coldThrough;
    int references = 0;
    for (LogEntry entry : entries) {
      Check.that(entry.version > last, "entries out of order: ", entry.version);
      last = entry.version;
      references += entry.readers;
      counted += entry.readers > 0 ? sizeOf(entry) : 0;
    }
    for (int i = 0; i < tagCount; i++) {
      references -= queues[i].size;
      for (int at = 0; at < queues[i].size; at++) {
        Check.that(queues[i].get(at).version > queues[i].popped, "popped but kept");
        Check.that(queues[i].get(at).payload != null, "kept without payload");
      }
    }
    Check.that(references == 0, "references differ by ", references);
    Check.that(counted == bytes, "bytes in memory: ", counted, " counted ", bytes);
  }

  /** A queue of entries in an array that goes round. */
  private static final class TagQueue {
    private LogEntry[] ring = new LogEntry[16];
    private int head;
    private int size;
    private long popped;

    LogEntry get(int index) {
      return ring[head + index & ring.length - 1];
    }

    void add(LogEntry entry) {
      if (size == ring.length) {
        LogEntry[] larger = new LogEntry[size * 2];
        for (int i = 0; i < size; i++) {
          larger[i] = get(i);
        }
        ring = larger;
        head = 0;
      }
      ring[head + size & ring.length - 1] = entry;
      size++;
    }

    LogEntry removeFirst() {
      LogEntry first = ring[head];
      ring[head] = null;
      head = head + 1 & ring.length - 1;
      size--;
      return first;
    }

    /** The index of the first entry at or above {@code version}. */
    int lowerBound(long version) {
      int low = 0;
      int high = size;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (get(middle).version < version) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }
}
