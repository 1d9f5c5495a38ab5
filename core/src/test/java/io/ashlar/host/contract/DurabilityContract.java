package io.ashlar.host.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.host.DurableFile;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What {@link io.ashlar.host.Disk} promises to keep when its process is killed. */
public abstract class DurabilityContract extends PortContract {
  private PortWorld.Process process;
  private TestRole role;

  private void begin() {
    process = world.newProcess("one");
    role = role(process, "role", 10);
  }

  private void killAndRestart() {
    process.kill();
    process.restart();
    role = role(process, "role", 10);
  }

  private <T> T done(Consumer<Consumer<T>> operation) {
    AtomicReference<T> value = new AtomicReference<>();
    AtomicReference<Boolean> isDone = new AtomicReference<>(false);
    with(
        process,
        role,
        host ->
            operation.accept(
                result -> {
                  value.set(result);
                  isDone.set(true);
                }));
    world.runUntil("a disk operation", isDone::get);
    return value.get();
  }

  private DurableFile opened(String name, long preallocateBytes) {
    return this.<DurableFile>done(then -> role.host.disk().open(name, preallocateBytes, then));
  }

  private static Bytes counted(int from, int to) {
    byte[] bytes = new byte[to - from];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (from + i + 1);
    }
    return Bytes.wrap(bytes);
  }

  @Test
  void findsWhatASyncCovered() {
    begin();
    DurableFile file = opened("log/file", 64 << 10);
    world.run(process, () -> file.append(counted(0, 100)));
    this.<Void>done(then -> file.sync(() -> then.accept(null)));
    world.run(process, () -> file.append(counted(100, 200)));
    killAndRestart();

    DurableFile found = opened("log/file", 64 << 10);
    assertThat(world.<Long>call(process, found::size)).isGreaterThanOrEqualTo(100);
    assertThat(this.<Bytes>done(then -> found.read(0, 100, then))).isEqualTo(counted(0, 100));
  }

  @Test
  void findsNoByteThatWasNeitherWrittenNorZero() {
    begin();
    DurableFile file = opened("file", 4096);
    world.run(process, () -> file.append(counted(0, 100)));
    this.<Void>done(then -> file.sync(() -> then.accept(null)));
    world.run(process, () -> file.append(counted(100, 250)));
    killAndRestart();

    DurableFile found = opened("file", 0);
    Bytes bytes = this.<Bytes>done(then -> found.read(0, 8192, then));
    assertThat(bytes.length()).isGreaterThanOrEqualTo(100);
    for (int i = 0; i < bytes.length(); i++) {
      int written = i < 250 ? (i + 1) & 0xff : 0;
      assertThat(bytes.at(i)).isIn(i < 100 ? List.of(written) : List.of(0, written));
    }
  }

  @Test
  void findsNoByteThatWasNeitherWrittenNorZeroNorOfAFileThatIsGone() {
    begin();
    DurableFile earlier = opened("earlier", 0);
    world.run(process, () -> earlier.append(Bytes.wrap(new byte[8192]).concat(counted(0, 1))));
    this.<Void>done(then -> earlier.sync(() -> then.accept(null)));
    this.<Void>done(then -> role.host.disk().delete("earlier", () -> then.accept(null)));
    this.<Void>done(then -> role.host.disk().replace("x", Bytes.of(99), () -> then.accept(null)));
    this.<Void>done(then -> role.host.disk().delete("x", () -> then.accept(null)));
    DurableFile file = opened("file", 0);
    world.run(process, () -> file.append(counted(0, 100)));
    this.<Void>done(then -> file.sync(() -> then.accept(null)));
    world.run(process, () -> file.append(counted(100, 250)));
    killAndRestart();

    DurableFile found = opened("file", 0);
    Bytes bytes = this.<Bytes>done(then -> found.read(0, 16_384, then));
    assertThat(bytes.slice(0, 100)).isEqualTo(counted(0, 100));
    for (int i = 100; i < bytes.length(); i++) {
      int written = i < 250 ? (i + 1) & 0xff : 0;
      assertThat(bytes.at(i)).isIn(0, written, 1, 99);
    }
  }

  @Test
  void whatANewLifeHasReadIsThereForGood() {
    begin();
    this.<Void>done(
        then -> role.host.disk().replace("state", Bytes.utf8("state 0"), () -> then.accept(null)));
    for (int i = 1; i < 10; i++) {
      Bytes content = Bytes.utf8("state " + i);
      with(process, role, host -> host.disk().replace("state", content, () -> {}));
      killAndRestart();
      Bytes found = this.<Bytes>done(then -> role.host.disk().read("state", then));
      killAndRestart();
      assertThat(this.<Bytes>done(then -> role.host.disk().read("state", then))).isEqualTo(found);
    }
  }

  @Test
  void findsNoFileWhoseFollowerIsDeletedDurably() {
    begin();
    for (String name : List.of("a/1", "a/2", "a/3")) {
      this.<Void>done(then -> role.host.disk().replace(name, Bytes.of(1), () -> then.accept(null)));
    }
    with(process, role, host -> host.disk().delete("a/1", () -> {}));
    killAndRestart();
    this.<Void>done(then -> role.host.disk().delete("a/2", () -> then.accept(null)));
    List<String> seen = this.<List<String>>done(then -> role.host.disk().list(then));
    killAndRestart();
    assertThat(this.<List<String>>done(then -> role.host.disk().list(then))).isEqualTo(seen);
  }

  @Test
  void findsASyncedFileByName() {
    begin();
    DurableFile file = opened("a/b/c", 0);
    world.run(process, () -> file.append(Bytes.of(7)));
    this.<Void>done(then -> file.sync(() -> then.accept(null)));
    killAndRestart();
    assertThat(this.<List<String>>done(then -> role.host.disk().list(then)))
        .containsExactly("a/b/c");
  }

  @Test
  void findsTheLastReplacementThatWasDurableOrALaterOne() {
    begin();
    for (int i = 0; i < 5; i++) {
      Bytes content = Bytes.utf8("state " + i);
      this.<Void>done(then -> role.host.disk().replace("state", content, () -> then.accept(null)));
    }
    with(process, role, host -> host.disk().replace("state", Bytes.utf8("state 5"), () -> {}));
    killAndRestart();
    Bytes found = this.<Bytes>done(then -> role.host.disk().read("state", then));
    assertThat(found).isIn(Bytes.utf8("state 4"), Bytes.utf8("state 5"));
    assertThat(this.<List<String>>done(then -> role.host.disk().list(then)))
        .containsExactly("state");
  }

  @Test
  void doesNotFindWhatWasDeletedDurably() {
    begin();
    this.<Void>done(then -> role.host.disk().replace("x", Bytes.of(1), () -> then.accept(null)));
    this.<Void>done(then -> role.host.disk().delete("x", () -> then.accept(null)));
    killAndRestart();
    assertThat(this.<List<String>>done(then -> role.host.disk().list(then))).isEmpty();
  }

  @Test
  void findsAFileCutWhereItWasCutDurably() {
    begin();
    DurableFile file = opened("file", 0);
    world.run(process, () -> file.append(counted(0, 200)));
    this.<Void>done(then -> file.sync(() -> then.accept(null)));
    this.<Void>done(then -> file.truncate(50, () -> then.accept(null)));
    killAndRestart();
    DurableFile found = opened("file", 0);
    assertThat(world.<Long>call(process, found::size)).isEqualTo(50);
    assertThat(this.<Bytes>done(then -> found.read(0, 100, then))).isEqualTo(counted(0, 50));
  }

  @Test
  void appendsBehindWhatItFound() {
    begin();
    for (int life = 0; life < 4; life++) {
      DurableFile file = opened("file", 0);
      int begin = life * 10;
      assertThat(world.<Long>call(process, file::size)).isEqualTo(begin);
      world.run(process, () -> file.append(counted(begin, begin + 10)));
      this.<Void>done(then -> file.sync(() -> then.accept(null)));
      killAndRestart();
    }
    DurableFile found = opened("file", 0);
    assertThat(this.<Bytes>done(then -> found.read(0, 100, then))).isEqualTo(counted(0, 40));
  }
}
