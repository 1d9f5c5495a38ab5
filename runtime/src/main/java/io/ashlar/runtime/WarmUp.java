package io.ashlar.runtime;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.GetClusterView;
import io.ashlar.message.GetKeyLocations;
import io.ashlar.message.GetRange;
import io.ashlar.message.GetReadVersion;
import io.ashlar.message.GetValues;
import io.ashlar.message.KeyLocations;
import io.ashlar.message.Message;
import io.ashlar.message.RangeRead;
import io.ashlar.message.ReadVersion;
import io.ashlar.message.Refused;
import io.ashlar.message.TransactionCommitted;
import io.ashlar.message.Values;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Has the machine load what the first frames need, on a thread of its own, while the host starts:
 * the codec is several hundred classes, which otherwise the first request waits for, on the loop of
 * each side one after the other, for half a second and more.
 */
final class WarmUp {
  private WarmUp() {}

  /** Starts it; the thread ends by itself. */
  static Thread start(String hostName) {
    Thread thread = new Thread(WarmUp::run, "ashlar-" + hostName + "-warm-up");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void run() {
    Frame.Writer writer = new Frame.Writer();
    for (Message message : samples()) {
      ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(256);
      try {
        writer.prepare(Frame.Type.REQUEST, 1, 1, 1, message);
        writer.writeTo(buffer);
        int size = buffer.readableBytes() - Frame.HEADER_BYTES;
        ByteBuffer payload = buffer.nioBuffer(Frame.HEADER_BYTES, size);
        Frame.decode(payload);
      } finally {
        buffer.release();
      }
    }
  }

  /** What a client and a node say to each other at first. */
  private static List<Message> samples() {
    List<Bytes> keys = List.of(Keys.FIRST);
    return List.of(
        new GetClusterView(0, 0),
        new ClusterView(
            new Uid(1, 1),
            1,
            1,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            new StoreTime(0, 0),
            1),
        new GetKeyLocations(Keys.ALL, 1, false),
        new KeyLocations(List.of()),
        new GetReadVersion(false),
        new ReadVersion(1, 1),
        new GetValues(1, keys),
        new Values(1, 1, Arrays.asList((Bytes) null)),
        new GetRange(1, KeyRange.ofKey(Keys.FIRST), 1, 1, false, false),
        new RangeRead(1, 1, List.of(), false),
        new CommitTransaction(1, Bytes.EMPTY, Bytes.EMPTY, Bytes.EMPTY),
        new TransactionCommitted(1, 0),
        new Refused(ErrorCode.TIMED_OUT, ""));
  }
}
