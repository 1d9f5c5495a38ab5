package io.ashlar.host.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.host.DurableFile;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What {@link io.ashlar.host.Disk} promises when one of its operations fails. */
public abstract class DiskFailureContract extends PortContract {
  private static final Bytes SYNCED = Bytes.utf8("this was synced before ");
  private static final Bytes MORE = Bytes.utf8("and this was not");

  private PortWorld.Process process;
  private TestRole role;
  private DurableFile file;

  /** A process with a file of which something is durable, and a small file. */
  private void begin() {
    process = world.newProcess("one");
    role = role(process, "role", 10);
    file = opened();
    world.run(process, () -> file.append(SYNCED));
    this.<Void>done(then -> file.sync(() -> then.accept(null)));
    this.<Void>done(
        then -> role.host.disk().replace("state", Bytes.utf8("old"), () -> then.accept(null)));
  }

  private DurableFile opened() {
    return this.<DurableFile>done(then -> role.host.disk().open("file", 0, then));
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

  /** Asks for something of which nothing may be told, then for more, and waits for the stop. */
  private void failing(PortWorld.DiskFailure kind, Runnable operation) {
    process.failDisk(kind);
    world.run(
        process,
        () -> {
          operation.run();
          file.sync(() -> journal.add("told of a sync"));
          role.host.disk().read("state", content -> journal.add("told of a read"));
          role.host.disk().delete("state", () -> journal.add("told of a deletion"));
        });
    world.runUntil("the stop", process::hasStopped);
    process.restart();
    role = role(process, "role", 10);
    assertThat(journal.lines()).noneMatch(line -> line.startsWith("told"));
  }

  /** What was durable is there, and of what was appended behind it some part. */
  private void assertFile(Bytes behind) {
    DurableFile found = opened();
    Bytes bytes = this.<Bytes>done(then -> found.read(0, 1_000, then));
    assertThat(bytes.slice(0, SYNCED.length())).isEqualTo(SYNCED);
    assertThat(bytes.length()).isLessThanOrEqualTo(SYNCED.length() + behind.length());
    for (int i = SYNCED.length(); i < bytes.length(); i++) {
      assertThat(bytes.at(i)).isIn(0, behind.at(i - SYNCED.length()));
    }
  }

  private void assertState(Bytes... possible) {
    assertThat(this.<Bytes>done(then -> role.host.disk().read("state", then)))
        .isIn((Object[]) possible);
  }

  @Test
  void nothingIsDoneOrToldAfterAWriteThatFailed() {
    begin();
    failing(PortWorld.DiskFailure.WRITE, () -> file.append(MORE));
    assertFile(MORE);
    assertState(Bytes.utf8("old"));
  }

  @Test
  void nothingIsDoneOrToldAfterASyncThatFailed() {
    begin();
    failing(
        PortWorld.DiskFailure.SYNC,
        () -> {
          file.append(MORE);
          file.sync(() -> journal.add("told of the sync that failed"));
        });
    assertFile(MORE);
    assertState(Bytes.utf8("old"));
  }

  @Test
  void nothingIsDoneOrToldAfterAReadThatFailed() {
    begin();
    failing(
        PortWorld.DiskFailure.READ,
        () -> file.read(0, 5, bytes -> journal.add("told of the read that failed")));
    assertFile(Bytes.EMPTY);
    assertState(Bytes.utf8("old"));
  }

  @Test
  void aReplacementWhoseWriteFailedIsOldOrNew() {
    begin();
    failing(PortWorld.DiskFailure.WRITE, this::replace);
    assertFile(Bytes.EMPTY);
    assertState(Bytes.utf8("old"), Bytes.utf8("new"));
  }

  @Test
  void aReplacementWhoseSyncFailedIsOldOrNew() {
    begin();
    failing(PortWorld.DiskFailure.SYNC, this::replace);
    assertFile(Bytes.EMPTY);
    assertState(Bytes.utf8("old"), Bytes.utf8("new"));
  }

  private void replace() {
    role.host
        .disk()
        .replace("state", Bytes.utf8("new"), () -> journal.add("told of a replacement"));
  }
}
