package io.ashlar.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the line between a torn tail and corruption lies, case by case. */
class SegmentScanTest {
  private static final String FIRST = LogFiles.segmentName(1);
  private static final String SECOND = LogFiles.segmentName(2);

  /** Builds the content of one segment. */
  private static final class Content {
    private final SegmentCodec codec;
    private byte[] bytes = new byte[SegmentCodec.HEADER_BYTES];
    private long last;
    private int lastAt;

    Content(long number, long base) {
      codec = new SegmentCodec(new SegmentId(LogScenes.logId(1), 3, number));
      codec.writeHeader(bytes, 0, base);
      last = base;
    }

    Content frame(long version, long durable) {
      byte[] payload = {1, 2, 3, (byte) version};
      lastAt = bytes.length;
      bytes = Arrays.copyOf(bytes, lastAt + SegmentCodec.FRAME_HEADER_BYTES + payload.length);
      codec.writeFrame(bytes, lastAt, lastAt, version, last, last, durable, payload);
      last = version;
      return this;
    }

    /** Damages the frame written last. */
    Content torn() {
      bytes[lastAt + 30] ^= 0x10;
      return this;
    }

    Content tornHeader() {
      bytes[3] ^= 1;
      return this;
    }

    Content zeros(int count) {
      bytes = Arrays.copyOf(bytes, bytes.length + count);
      return this;
    }

    Bytes build() {
      return Bytes.copyOf(bytes);
    }
  }

  private final List<Long> seen = new ArrayList<>();

  private SegmentScan.Verdict scan(long durable, long endMax, Content... contents) {
    seen.clear();
    SegmentScan scan =
        new SegmentScan(
            LogScenes.logId(1),
            3,
            durable,
            endMax,
            new SegmentScan.Visitor() {
              @Override
              public void segment(long number, long base) {}

              @Override
              public void frame(SegmentCodec.Frame frame, Bytes content) {
                assertThat(content.at(frame.payloadAt() + 3)).isEqualTo((int) frame.version());
                seen.add(frame.version());
              }
            });
    long number = 1;
    for (Content content : contents) {
      if (content != null) {
        scan.add(number, content.build());
      }
      number++;
    }
    return scan.verdict();
  }

  private SegmentScan.Verdict scan(Content... contents) {
    return scan(0, Long.MAX_VALUE, contents);
  }

  @Test
  void zerosBehindTheLastFrameAreACleanEnd() {
    SegmentScan.Verdict verdict = scan(new Content(1, 0).frame(10, 0).frame(20, 10).zeros(500));
    assertThat(verdict).isEqualTo(new SegmentScan.Verdict(20, 10, false, null, 0));
    assertThat(seen).containsExactly(10L, 20L);
  }

  @Test
  void aBadLastFrameIsATornTail() {
    SegmentScan.Verdict verdict = scan(new Content(1, 0).frame(10, 0).frame(20, 10).torn());
    assertThat(verdict).isEqualTo(new SegmentScan.Verdict(10, 0, false, FIRST, 104));
    assertThat(seen).containsExactly(10L);
  }

  @Test
  void aValidFrameOfTheSameGroupBehindABadOneIsATornTail() {
    SegmentScan.Verdict verdict =
        scan(new Content(1, 0).frame(10, 0).frame(20, 10).torn().frame(30, 10));
    assertThat(verdict.corrupt()).isFalse();
    assertThat(verdict.end()).isEqualTo(10);
    assertThat(seen).containsExactly(10L);
  }

  @Test
  void aFrameThatSaysThatTheBadOneWasDurableMakesItCorruption() {
    SegmentScan.Verdict verdict =
        scan(new Content(1, 0).frame(10, 0).frame(20, 10).torn().frame(30, 20));
    assertThat(verdict.corrupt()).isTrue();
    assertThat(verdict.file()).isEqualTo(FIRST);
    assertThat(verdict.offset()).isEqualTo(104);
  }

  @Test
  void aHoleOfZerosIsNotACleanEnd() {
    Content content = new Content(1, 0).frame(10, 0);
    int holeAt = content.bytes.length;
    content.frame(20, 10);
    Arrays.fill(content.bytes, holeAt, content.bytes.length, (byte) 0);
    assertThat(scan(content).corrupt()).isFalse();
    content.frame(30, 20);
    SegmentScan.Verdict verdict = scan(content);
    assertThat(verdict.corrupt()).isTrue();
    assertThat(verdict.offset()).isEqualTo(holeAt);
  }

  @Test
  void aLaterSegmentProvesThatTheOneBeforeWasDurable() {
    Content first = new Content(1, 0).frame(10, 0).frame(20, 10).torn();
    SegmentScan.Verdict verdict = scan(first, new Content(2, 20).frame(30, 20));
    assertThat(verdict.corrupt()).isTrue();
    assertThat(verdict.file()).isEqualTo(FIRST);
    // Its header alone does, and so does its frame where the header is bad too.
    assertThat(scan(first, new Content(2, 20)).corrupt()).isTrue();
    assertThat(scan(first, new Content(2, 20).tornHeader().frame(30, 20)).corrupt()).isTrue();
  }

  @Test
  void aSegmentBegunInTheGroupThatWasLostIsATornTail() {
    Content first = new Content(1, 0).frame(10, 0).frame(20, 10);
    SegmentScan.Verdict verdict = scan(first, new Content(2, 20).tornHeader().frame(30, 20));
    assertThat(verdict).isEqualTo(new SegmentScan.Verdict(20, 10, false, SECOND, 0));
    assertThat(scan(first, new Content(2, 20).frame(30, 20).torn()).end()).isEqualTo(20);
  }

  @Test
  void aSegmentReservedAheadIsNothing() {
    Content blank = new Content(2, 0);
    blank.bytes = new byte[300];
    SegmentScan.Verdict verdict = scan(new Content(1, 0).frame(10, 0), blank);
    assertThat(verdict).isEqualTo(new SegmentScan.Verdict(10, 0, false, null, 0));
    blank.bytes = new byte[0];
    assertThat(scan(new Content(1, 0).frame(10, 0), blank).file()).isNull();
  }

  @Test
  void framesOfASegmentThatWasLostWholeAreMissed() {
    Content clean = new Content(1, 0).frame(10, 0);
    SegmentScan.Verdict verdict = scan(clean, null, new Content(3, 20).frame(30, 20));
    assertThat(verdict.corrupt()).isTrue();
    assertThat(verdict.file()).isEqualTo(SECOND);
  }

  @Test
  void whatTheLockAndTheGenerationSayWasDurableMustBeThere() {
    Content torn = new Content(1, 0).frame(10, 0).frame(20, 10).torn();
    assertThat(scan(10, Long.MAX_VALUE, torn).corrupt()).isFalse();
    assertThat(scan(11, Long.MAX_VALUE, torn).corrupt()).isTrue();
    assertThat(scan(20, 20, torn).corrupt()).isTrue();
    Content whole = new Content(1, 0).frame(10, 0);
    assertThat(scan(20, 20, whole).file()).isEqualTo(FIRST);
  }

  @Test
  void nothingAboveTheLockIsSeen() {
    SegmentScan.Verdict verdict =
        scan(10, 10, new Content(1, 0).frame(10, 0).frame(20, 10).frame(30, 20));
    assertThat(verdict.corrupt()).isFalse();
    assertThat(verdict.end()).isEqualTo(10);
    assertThat(seen).containsExactly(10L);
  }

  @Test
  void aFrameFromAnotherPlaceIsNoFrame() {
    Content content = new Content(1, 0).frame(10, 0).frame(20, 10);
    // The second frame, moved by eight bytes: as valid as before, but not there.
    byte[] moved = new byte[content.bytes.length + 8];
    System.arraycopy(content.bytes, 0, moved, 0, content.lastAt);
    System.arraycopy(
        content.bytes,
        content.lastAt,
        moved,
        content.lastAt + 8,
        content.bytes.length - content.lastAt);
    content.bytes = moved;
    SegmentScan.Verdict verdict = scan(content);
    assertThat(verdict.end()).isEqualTo(10);
    assertThat(verdict.file()).isEqualTo(FIRST);
  }

  @Test
  void aFrameOfAnotherSegmentIsNoFrame() {
    Content content = new Content(1, 0).frame(10, 0);
    Content other = new Content(2, 0).frame(10, 0).frame(20, 10);
    content.bytes =
        Bytes.wrap(content.bytes)
            .concat(Bytes.wrap(other.bytes).slice(content.bytes.length, other.bytes.length))
            .toArray();
    assertThat(scan(content).end()).isEqualTo(10);
  }

  @Test
  void noSegmentAtAllIsCorruption() {
    SegmentScan.Verdict verdict = scan();
    assertThat(verdict.corrupt()).isTrue();
    assertThat(verdict.file()).isEqualTo(FIRST);
  }
}
