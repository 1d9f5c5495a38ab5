package io.ashlar.log;

import static io.ashlar.log.LogScenes.EPOCH;
import static io.ashlar.log.LogScenes.logId;
import static io.ashlar.log.LogScenes.payload;
import static io.ashlar.log.LogScenes.peek;
import static io.ashlar.log.LogScenes.peeked;
import static io.ashlar.log.LogScenes.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.PeekEntries;
import io.ashlar.message.ConfirmEpoch;
import io.ashlar.message.GetLogState;
import io.ashlar.message.GetRoleStatus;
import io.ashlar.message.LockLog;
import io.ashlar.message.LogLocked;
import io.ashlar.message.LogPeeked;
import io.ashlar.message.LogPushed;
import io.ashlar.message.Message;
import io.ashlar.message.PopLog;
import io.ashlar.message.Refused;
import io.ashlar.message.RoleStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Every single bit of a small log server's files turned over: nothing is ever read past silently.
 */
class CorruptionTest {
  private static final String SEGMENT = LogFiles.segmentName(1);

  /** The last version of the last group but one: all of it is known to be durable. */
  private static final long KNOWN_DURABLE = 30;

  private static final long END = 50;

  private final SegmentCodec codec = new SegmentCodec(new SegmentId(logId(1), EPOCH, 1));

  /** Three groups: 10 and 20, 30, and last 40 and 50; and reserved space behind them. */
  private Map<String, Bytes> image(boolean locked) {
    FakeWorld world = new FakeWorld(5);
    FakeWorld.Node log = world.node(logId(1));
    log.recruit(LogScenes.first(1), LogScenes.small());
    world.runUntilIdle();
    group(world, log, 0, 10, 20);
    group(world, log, 20, 30);
    group(world, log, 30, 40, 50);
    if (locked) {
      log.call(new LockLog(EPOCH + 1), LogLocked.class);
    }
    Map<String, Bytes> image = new TreeMap<>(log.disk.image());
    image.put(SEGMENT, image.get(SEGMENT).concat(Bytes.wrap(new byte[100])));
    return image;
  }

  private void group(FakeWorld world, FakeWorld.Node log, long previous, long... versions) {
    log.disk.stuck = true;
    // Something is under way, so that what comes now is one group; a repeated push is nothing.
    List<FakeWorld.Answer> answers = new ArrayList<>();
    long before = previous;
    for (long version : versions) {
      answers.add(log.quietly(push(before, version, payload(version, 6, 1))));
      before = version;
    }
    log.endBatch();
    log.disk.unstick();
    world.runUntilIdle();
    answers.forEach(answer -> answer.as(LogPushed.class));
  }

  private FakeWorld.Node reopened(Map<String, Bytes> image) {
    FakeWorld world = new FakeWorld(6);
    FakeWorld.Node log = world.node(logId(1));
    log.disk.load(image);
    log.restart(LogScenes.small());
    world.runUntilIdle();
    assertThat(log.ready).isTrue();
    return log;
  }

  private static Bytes flipped(Bytes bytes, int at, int bit) {
    byte[] array = bytes.toArray();
    array[at] ^= (byte) (1 << bit);
    return Bytes.wrap(array);
  }

  /** Where the frame that holds the byte begins: the version before it, or the end behind all. */
  private long versionBefore(Bytes segment, int offset) {
    int at = SegmentCodec.HEADER_BYTES;
    long version = 0;
    while (at <= offset) {
      SegmentCodec.Frame frame = codec.readFrame(segment.unsafeArray(), at, segment.length(), at);
      if (frame == null || offset < at + frame.sizeBytes()) {
        return version;
      }
      version = frame.version();
      at += frame.sizeBytes();
    }
    return version;
  }

  private void expectServes(FakeWorld.Node log, long end) {
    assertThat(log.call(new LockLog(EPOCH + 1), LogLocked.class).end()).isEqualTo(end);
    long from = 1;
    List<PeekEntries.Entry> expected = new ArrayList<>();
    for (long version = 10; version <= end; version += 10) {
      expected.add(new PeekEntries.Entry(version, peeked(1, version, 6)));
    }
    List<PeekEntries.Entry> found = new ArrayList<>();
    while (from <= end) {
      LogPeeked peeked = log.call(peek(1, from), LogPeeked.class);
      found.addAll(PeekEntries.decode(peeked.entries()));
      from = peeked.through() + 1;
    }
    assertThat(found).isEqualTo(expected);
  }

  private void expectRefuses(FakeWorld.Node log, String file, long offset) {
    List<Message> requests =
        List.of(
            new LockLog(EPOCH + 1),
            peek(1, 1),
            new PopLog(1, 10),
            new GetLogState(),
            new ConfirmEpoch(EPOCH),
            push(END, END + 10, Bytes.EMPTY));
    for (Message request : requests) {
      Refused refused = log.call(request, Refused.class);
      assertThat(refused.code()).isEqualTo(ErrorCode.FILE_CORRUPT);
      assertThat(refused.detail()).startsWith(file + " at offset " + offset + ":");
    }
    log.call(new GetRoleStatus(), RoleStatus.class);
  }

  @Test
  void everyBitOfASegmentIsToldOrInTheLastGroup() {
    Map<String, Bytes> image = image(false);
    image.remove(LogFiles.LOCK);
    Bytes segment = image.get(SEGMENT);
    expectServes(reopened(image), END);
    int corrupt = 0;
    for (int at = 0; at < segment.length(); at++) {
      for (int bit = 0; bit < 8; bit++) {
        Map<String, Bytes> damaged = new TreeMap<>(image);
        damaged.put(SEGMENT, flipped(segment, at, bit));
        FakeWorld.Node log = reopened(damaged);
        long before = at < SegmentCodec.HEADER_BYTES ? 0 : versionBefore(segment, at);
        if (before < KNOWN_DURABLE) {
          Refused refused = log.call(new LockLog(EPOCH + 1), Refused.class);
          assertThat(refused.code()).isEqualTo(ErrorCode.FILE_CORRUPT);
          assertThat(refused.detail()).startsWith(SEGMENT + " at offset ");
          corrupt++;
        } else {
          // The last group may not have been durable, as far as anything on this disk can say.
          expectServes(log, before);
        }
      }
    }
    assertThat(corrupt).isGreaterThan(1_000);
  }

  @Test
  void everyBitBeforeTheEndOfALockedSegmentIsTold() {
    Map<String, Bytes> image = image(true);
    Bytes segment = image.get(SEGMENT);
    expectServes(reopened(image), END);
    for (int at = 0; at < segment.length(); at++) {
      Map<String, Bytes> damaged = new TreeMap<>(image);
      damaged.put(SEGMENT, flipped(segment, at, at % 8));
      FakeWorld.Node log = reopened(damaged);
      if (at >= SegmentCodec.HEADER_BYTES && versionBefore(segment, at) == END) {
        expectServes(log, END);
      } else {
        assertThat(log.call(new LockLog(EPOCH + 1), Refused.class).code())
            .isEqualTo(ErrorCode.FILE_CORRUPT);
      }
    }
  }

  @Test
  void everyBitOfTheSmallFilesIsTold() {
    Map<String, Bytes> image = image(true);
    for (String name : List.of(LogFiles.GENERATION, LogFiles.LOCK)) {
      Bytes content = image.get(name);
      for (int at = 0; at < content.length(); at++) {
        for (int bit = 0; bit < 8; bit++) {
          Map<String, Bytes> damaged = new TreeMap<>(image);
          damaged.put(name, flipped(content, at, bit));
          Refused refused = reopened(damaged).call(new LockLog(EPOCH + 1), Refused.class);
          assertThat(refused.code()).isEqualTo(ErrorCode.FILE_CORRUPT);
          assertThat(refused.detail()).startsWith(name);
        }
      }
      Map<String, Bytes> cut = new TreeMap<>(image);
      cut.put(name, content.slice(0, content.length() / 2));
      assertThat(reopened(cut).call(peek(1, 1), Refused.class).code())
          .isEqualTo(ErrorCode.FILE_CORRUPT);
    }
  }

  @Test
  void everyLengthOfALockedSegmentIsTold() {
    Map<String, Bytes> image = image(true);
    Bytes segment = image.get(SEGMENT);
    for (int length = 0; length < segment.length() - 100; length++) {
      Map<String, Bytes> cut = new TreeMap<>(image);
      cut.put(SEGMENT, segment.slice(0, length));
      assertThat(reopened(cut).call(new LockLog(EPOCH + 1), Refused.class).code())
          .isEqualTo(ErrorCode.FILE_CORRUPT);
    }
  }

  @Test
  void saysFileAndOffsetOfTheFirstBadPlaceToEveryRequest() {
    Map<String, Bytes> image = image(false);
    int secondFrame =
        SegmentCodec.HEADER_BYTES
            + codec
                .readFrame(
                    image.get(SEGMENT).unsafeArray(),
                    SegmentCodec.HEADER_BYTES,
                    image.get(SEGMENT).length(),
                    SegmentCodec.HEADER_BYTES)
                .sizeBytes();
    image.put(SEGMENT, flipped(image.get(SEGMENT), secondFrame + 50, 3));
    expectRefuses(reopened(image), SEGMENT, secondFrame);
  }

  @Test
  void aLostSegmentIsTold() {
    FakeWorld world = new FakeWorld(8);
    FakeWorld.Node log = world.node(logId(1));
    log.recruit(LogScenes.first(1), LogScenes.small());
    world.runUntilIdle();
    for (long v = 0; v < 2000; v += 10) {
      log.call(push(v, v + 10, payload(v + 10, 10, 1)), LogPushed.class);
    }
    Map<String, Bytes> image = log.disk.image();
    String second = LogFiles.segmentName(2);
    assertThat(image).containsKey(LogFiles.segmentName(3));
    image.remove(second);
    expectRefuses(reopened(image), second, 0);
    // All of them gone is told as well.
    image.keySet().removeIf(name -> LogFiles.segmentNumber(name) > 0);
    expectRefuses(reopened(image), SEGMENT, 0);
  }

  @Test
  void aSegmentOfAnotherLogServerIsTold() {
    Map<String, Bytes> image = image(false);
    byte[] header = new byte[SegmentCodec.HEADER_BYTES];
    new SegmentCodec(new SegmentId(logId(2), EPOCH, 1)).writeHeader(header, 0, 0);
    image.put(
        SEGMENT,
        Bytes.wrap(header)
            .concat(image.get(SEGMENT).slice(header.length, image.get(SEGMENT).length())));
    expectRefuses(reopened(image), SEGMENT, 0);
  }

  @Test
  void bytesReadBackThatChangedAreTold() {
    FakeWorld world = new FakeWorld(9);
    FakeWorld.Node log = world.node(logId(1));
    log.recruit(LogScenes.first(1), LogScenes.small());
    world.runUntilIdle();
    for (long v = 0; v < 500; v += 10) {
      log.call(push(v, v + 10, payload(v + 10, 10, 1)), LogPushed.class);
    }
    log.disk.files.get(SEGMENT).bytes[SegmentCodec.HEADER_BYTES + 50] ^= 1;
    FakeWorld.Answer peeked = log.ask(peek(1, 1));
    FakeWorld.Answer behind = log.ask(peek(1, 11));
    world.runUntilIdle();
    assertThat(behind.as(Refused.class).code()).isEqualTo(ErrorCode.FILE_CORRUPT);
    Refused refused = peeked.as(Refused.class);
    assertThat(refused.code()).isEqualTo(ErrorCode.FILE_CORRUPT);
    assertThat(refused.detail()).startsWith(SEGMENT + " at offset 56:");
    expectRefuses(log, SEGMENT, SegmentCodec.HEADER_BYTES);
  }
}
