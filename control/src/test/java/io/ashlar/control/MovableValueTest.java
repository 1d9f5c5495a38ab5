package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.Bytes;
import io.ashlar.core.MalformedException;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorSet;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MovableValueTest {
  private static CoordinatorSet set(int count) {
    List<Address> coordinators = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      coordinators.add(new Address("host-" + i + ":4500", 3));
    }
    return new CoordinatorSet(new Uid(5, count), coordinators);
  }

  private static List<MovableValue> examples() {
    return List.of(
        MovableValue.of(Bytes.EMPTY),
        MovableValue.of(Bytes.utf8("state")),
        MovableValue.moving(set(1)),
        MovableValue.moved(set(5)));
  }

  @Test
  void survivesItsEncoding() {
    for (MovableValue value : examples()) {
      assertThat(MovableValue.decode(value.encode())).isEqualTo(value);
    }
  }

  @Property(tries = 500, seed = "4201")
  void brokenBytesAreRefusedOrAreAnotherValue(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    byte[] bytes = examples().get(random.nextInt(4)).encode().toArray();
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    Bytes broken = Bytes.wrap(bytes).slice(0, 1 + random.nextInt(bytes.length));
    MovableValue read;
    try {
      read = MovableValue.decode(broken);
    } catch (MalformedException refused) {
      return;
    }
    assertThat(MovableValue.decode(read.encode())).isEqualTo(read);
  }

  @Test
  void aMoveToNobodyToTooManyToOneTwiceOrToNowhereIsRefused() {
    Bytes five = MovableValue.moved(set(5)).encode();
    byte[] six = five.toArray();
    six[17] = 6;
    byte[] none = five.toArray();
    none[17] = 0;
    byte[] unnamed = five.toArray();
    unnamed[18] = 0;
    byte[] noId = five.toArray();
    for (int i = 1; i <= 16; i++) {
      noId[i] = 0;
    }
    byte[] twice = five.toArray();
    twice[44] = twice[24];
    for (byte[] bytes : List.of(six, none, unnamed, noId, twice)) {
      assertThatThrownBy(() -> MovableValue.decode(Bytes.wrap(bytes)))
          .isInstanceOf(MalformedException.class);
    }
  }
}
