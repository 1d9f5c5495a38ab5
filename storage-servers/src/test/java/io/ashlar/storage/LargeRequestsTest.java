package io.ashlar.storage;

import static io.ashlar.storage.FakeWorld.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Keys;
import io.ashlar.core.Limits;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.message.GetValues;
import io.ashlar.message.LogSet;
import io.ashlar.message.Message;
import io.ashlar.message.Refused;
import io.ashlar.message.Values;
import io.ashlar.message.WatchValue;
import java.util.Collections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One request does not take more than a server has, whoever sends it. */
class LargeRequestsTest {
  private static final long RT = 100_000_000;

  private final FakeWorld world = new FakeWorld(21);
  private final LogSet first = world.generation(1, 0, 0, RT, 1);

  @BeforeEach
  void startWithALargeValue() {
    world.start();
    world.view(1, first);
    FakeLog log = world.logsOf(first).get(0);
    log.push(
        RT,
        RT,
        Mutation.epochEnd(0),
        new Mutation(MutationType.SHARD_ASSIGNED, Keys.ALL.begin(), Keys.ALL.end()));
    log.push(RT + 10, RT, Mutation.set(key("a"), zeros(Limits.VALUE_BYTES_MAX)));
    log.push(RT + 20, RT + 10);
    world.runMillis(20);
  }

  private static Bytes zeros(int count) {
    return Bytes.wrap(new byte[count]);
  }

  private static GetValues oftenA(long version, int count) {
    return new GetValues(version, Collections.nCopies(count, key("a")));
  }

  private static void assertRefused(Message reply, ErrorCode code) {
    assertThat(reply)
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  @Test
  void asManyValuesAreReadAsAClientAsksFor() {
    Message reply = world.answer(oftenA(RT + 10, Limits.READ_KEYS_MAX));
    assertThat(((Values) reply).values()).hasSize(Limits.READ_KEYS_MAX);
  }

  @Test
  void moreAreRefusedAtOnceWhateverTheVersion() {
    for (long version : new long[] {RT, RT + 10, RT + 1_000_000, Long.MAX_VALUE}) {
      assertRefused(
          world.answer(oftenA(version, Limits.READ_KEYS_MAX + 1)), ErrorCode.MALFORMED_REQUEST);
    }
  }

  @Test
  void watchesOfKeysAndValuesThatCannotBeAreRefused() {
    assertRefused(
        world.answer(new WatchValue(RT, zeros(Limits.KEY_BYTES_MAX + 1), null)),
        ErrorCode.KEY_TOO_LARGE);
    assertRefused(
        world.answer(new WatchValue(RT, key("a"), zeros(Limits.VALUE_BYTES_MAX + 1))),
        ErrorCode.VALUE_TOO_LARGE);
    assertThat(world.answer(new WatchValue(RT, zeros(Limits.KEY_BYTES_MAX), null))).isNull();
    assertThat(world.answer(new WatchValue(RT + 10, key("a"), zeros(Limits.VALUE_BYTES_MAX))))
        .isNull();
  }
}
