package io.ashlar.storage;

import static io.ashlar.storage.FakeWorld.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import org.junit.jupiter.api.Test;

class RangeMergeTest {
  /** An engine with one row that can be read, and a damaged block on either side of it. */
  private static final class AmidDamage implements EngineSnapshot {
    int opened;
    int closed;

    @Override
    public long storedVersion() {
      return 0;
    }

    @Override
    public Bytes get(Bytes key) {
      throw new UnsupportedOperationException("no key is read here");
    }

    @Override
    public EngineCursor cursor(KeyRange range, boolean reverse) {
      opened++;
      return new EngineCursor() {
        @Override
        public boolean isValid() {
          return true;
        }

        @Override
        public Bytes key() {
          return FakeWorld.key("g");
        }

        @Override
        public Bytes value() {
          return FakeWorld.key("value");
        }

        @Override
        public void advance() {
          throw new AshlarException(ErrorCode.FILE_CORRUPT, "a damaged block");
        }

        @Override
        public void skipTo(Bytes bound) {
          advance();
        }

        @Override
        public void close() {
          closed++;
        }
      };
    }

    @Override
    public void retain() {}

    @Override
    public void release() {}
  }

  private static Tree.Node rootWithoutRows() {
    VersionedMap map = new VersionedMap(0, Shards.NONE.with(Keys.ALL));
    map.begin(1);
    map.clear(key("f"), key("h"));
    map.commit();
    return map.root();
  }

  /** Its maker has nothing to close, so it must do so itself. */
  @Test
  void closesTheEnginesCursorWhenItCannotBeMade() {
    for (boolean reverse : new boolean[] {false, true}) {
      AmidDamage engine = new AmidDamage();
      KeyRange range = new KeyRange(key("a"), key("z"));
      assertThatThrownBy(() -> new RangeMerge(rootWithoutRows(), engine, range, reverse))
          .hasMessageContaining("a damaged block");
      assertThat(engine.opened).isEqualTo(1);
      assertThat(engine.closed).isEqualTo(1);
    }
  }
}
