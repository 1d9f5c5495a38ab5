package io.ashlar.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.PeekEntries;
import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

class TagIndexTest {
  private static LogEntry entry(long version, int bytes, int... tags) {
    return new LogEntry(version, version - 1, 0, tags, LogScenes.payload(version, bytes, tags));
  }

  private static List<PeekEntries.Entry> peek(TagIndex index, int tag, long from, long end) {
    ByteWriter to = new ByteWriter(64);
    assertThat(index.peek(tag, from, end, 1 << 20, to)).isEqualTo(end);
    return PeekEntries.decode(to.toBytes());
  }

  @Test
  void keepsPayloadsByReference() {
    TagIndex index = new TagIndex();
    LogEntry entry = entry(5, 10, 1);
    Bytes payload = entry.payload;
    index.add(entry);
    assertThat(entry.payload).isSameAs(payload);
    assertThat(index.bytes()).isEqualTo(payload.length() + LogEntry.OVERHEAD_BYTES);
  }

  @Test
  void letsGoOfAPayloadWhenAllItsTagsArePopped() {
    TagIndex index = new TagIndex();
    LogEntry first = entry(5, 10, 1, 2);
    LogEntry second = entry(6, 10, 1);
    first.appended = true;
    second.appended = true;
    index.add(first);
    index.add(second);
    index.pop(1, 6);
    assertThat(first.payload).isNotNull();
    assertThat(second.payload).isNull();
    assertThat(index.firstUnpopped()).isEqualTo(5);
    index.pop(2, 5);
    assertThat(first.payload).isNull();
    assertThat(index.bytes()).isZero();
    assertThat(index.firstUnpopped()).isEqualTo(Long.MAX_VALUE);
    assertThat(index.poppedThrough(1)).isEqualTo(6);
    assertThat(index.poppedThrough(9)).isZero();
  }

  @Test
  void neverEvictsWhatIsNotAppended() {
    TagIndex index = new TagIndex();
    LogEntry first = entry(5, 10, 1);
    index.add(first);
    index.evict(0);
    assertThat(index.coldThrough()).isZero();
    first.appended = true;
    index.evict(0);
    assertThat(index.coldThrough()).isEqualTo(5);
    assertThat(index.bytes()).isZero();
  }

  @Property(tries = 100, seed = "32", shrinking = ShrinkingMode.OFF)
  void givesWhatAPlainMapWouldGive(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    TagIndex index = new TagIndex();
    TreeMap<Long, int[]> plain = new TreeMap<>();
    List<LogEntry> entries = new ArrayList<>();
    long[] popped = new long[6];
    long end = 0;
    for (int i = 0; i < 200; i++) {
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> {
          end += 1 + random.nextInt(3);
          int[] tags = random.ints(random.nextInt(4), 1, 6).distinct().sorted().toArray();
          LogEntry entry = entry(end, random.nextInt(40), tags);
          index.add(entry);
          plain.put(end, tags);
          entries.add(entry);
        }
        case 3 -> {
          int tag = 1 + random.nextInt(5);
          long through = random.nextLong(end + 2);
          popped[tag] = Math.max(popped[tag], through);
          index.pop(tag, through);
        }
        case 4 -> {
          if (!entries.isEmpty()) {
            int appended = random.nextInt(entries.size());
            entries.subList(0, appended + 1).forEach(entry -> entry.appended = true);
          }
        }
        default -> index.evict(random.nextInt(3_000));
      }
      index.checkInvariants();
      int tag = 1 + random.nextInt(5);
      long from = index.coldThrough() + 1 + random.nextInt(5);
      List<Long> expected = new ArrayList<>();
      plain
          .tailMap(Math.max(from, popped[tag] + 1))
          .forEach(
              (version, tags) -> {
                if (Arrays.stream(tags).anyMatch(held -> held == tag)) {
                  expected.add(version);
                }
              });
      assertThat(peek(index, tag, from, end)).extracting(e -> e.version()).isEqualTo(expected);
    }
  }
}
