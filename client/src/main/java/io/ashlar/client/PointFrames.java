package io.ashlar.client;

import io.ashlar.core.Bytes;
import io.ashlar.core.Limits;
import io.ashlar.host.Host;
import io.ashlar.message.GetValues;
import java.util.ArrayList;
import java.util.List;

/**
 * Point reads that wait for the end of the batch of events they came in, collected into frames:
 * those for one server at one version share one, as far as a frame may hold them.
 */
final class PointFrames {
  /** Keys in a frame: with values of the greatest size still half of what a frame may hold. */
  static final int KEYS_MAX = Limits.READ_KEYS_MAX;

  /** Reads that one request to one server carries. */
  static final class Frame {
    private final StorageServer server;
    private final long version;
    private final List<PointRead> reads = new ArrayList<>();

    private Frame(StorageServer server, long version) {
      this.server = server;
      this.version = version;
    }

    StorageServer server() {
      return server;
    }

    /** In the order of the request's keys. */
    List<PointRead> reads() {
      return reads;
    }

    GetValues request() {
      List<Bytes> keys = new ArrayList<>(reads.size());
      for (PointRead read : reads) {
        keys.add(read.key);
      }
      return new GetValues(version, keys);
    }
  }

  private final Host host;
  private final List<Frame> frames = new ArrayList<>();

  /** Where the last read went: the next one mostly goes there too. */
  private Frame last;

  PointFrames(Host host) {
    this.host = host;
  }

  /**
   * Puts the read into a frame for that server at that version, a new one if none has room or the
   * read is to go alone.
   */
  void add(PointRead read, StorageServer server, long version) {
    if (read.isAlone()) {
      begun(server, version).reads.add(read);
      return;
    }
    if (last == null || !accepts(last, server, version)) {
      last = frame(server, version);
    }
    last.reads.add(read);
  }

  private Frame frame(StorageServer server, long version) {
    for (Frame frame : frames) {
      if (accepts(frame, server, version)) {
        return frame;
      }
    }
    return begun(server, version);
  }

  private Frame begun(StorageServer server, long version) {
    Frame added = new Frame(server, version);
    frames.add(added);
    return added;
  }

  private boolean accepts(Frame frame, StorageServer server, long version) {
    return frame.server == server
        && frame.version == version
        && frame.reads.size() < KEYS_MAX
        && !frame.reads.get(0).isAlone()
        && !host.faults().at("client.frame-of-one");
  }

  /** All frames, in the order in which they were begun; valid until {@link #clear}. */
  List<Frame> filled() {
    return frames;
  }

  void clear() {
    frames.clear();
    last = null;
  }
}
