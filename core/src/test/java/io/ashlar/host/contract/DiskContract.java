package io.ashlar.host.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.host.Disk;
import io.ashlar.host.DurableFile;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What {@link Disk} and {@link DurableFile} promise, but for {@link DurabilityContract}. */
public abstract class DiskContract extends PortContract {
  private PortWorld.Process process;
  private TestRole role;

  private void begin() {
    process = world.newProcess("one");
    role = role(process, "role", 10);
  }

  /** Starts something that completes with a value, and waits for it. */
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
    return this.<DurableFile>done(then -> disk().open(name, preallocateBytes, then));
  }

  private Disk disk() {
    return role.host.disk();
  }

  private void synced(DurableFile file) {
    this.<Void>done(then -> file.sync(() -> then.accept(null)));
  }

  @Test
  void opensAnAbsentFileEmptyAndReadsWhatWasAppended() {
    begin();
    DurableFile file = opened("file", 0);
    assertThat(world.<Long>call(process, file::size)).isZero();
    assertThat(file.name()).isEqualTo("file");
    world.run(
        process,
        () -> {
          file.append(Bytes.utf8("hello "));
          file.append(Bytes.EMPTY);
          file.append(Bytes.utf8("world"));
        });
    assertThat(world.<Long>call(process, file::size)).isEqualTo(11);
    assertThat(this.<Bytes>done(then -> file.read(0, 11, then)))
        .isEqualTo(Bytes.utf8("hello world"));
    assertThat(this.<Bytes>done(then -> file.read(4, 4, then))).isEqualTo(Bytes.utf8("o wo"));
    assertThat(this.<Bytes>done(then -> file.read(8, 100, then))).isEqualTo(Bytes.utf8("rld"));
    assertThat(this.<Bytes>done(then -> file.read(11, 1, then))).isEqualTo(Bytes.EMPTY);
    assertThat(this.<Bytes>done(then -> file.read(50, 1, then))).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void aReadSeesEveryAppendBeforeItWithoutASync() {
    begin();
    DurableFile file = opened("file", 1 << 16);
    AtomicReference<Bytes> read = new AtomicReference<>();
    world.run(
        process,
        () -> {
          for (int i = 0; i < 100; i++) {
            file.append(Bytes.of(i));
          }
          file.read(90, 10, read::set);
        });
    world.runUntil("the read", () -> read.get() != null);
    assertThat(read.get()).isEqualTo(Bytes.of(90, 91, 92, 93, 94, 95, 96, 97, 98, 99));
  }

  @Test
  void showsAPreallocatedFileEmpty() {
    begin();
    DurableFile file = opened("folder/file", 100_000);
    assertThat(world.<Long>call(process, file::size)).isZero();
    world.run(process, () -> file.append(Bytes.utf8("abc")));
    synced(file);
    assertThat(this.<Bytes>done(then -> file.read(0, 10, then))).isEqualTo(Bytes.utf8("abc"));
  }

  @Test
  void appendsMoreThanWasPreallocated() {
    begin();
    DurableFile file = opened("file", 1000);
    Bytes part = Bytes.wrap(new byte[700]).concat(Bytes.of(1, 2, 3));
    world.run(
        process,
        () -> {
          file.append(part);
          file.append(part);
        });
    synced(file);
    assertThat(world.<Long>call(process, file::size)).isEqualTo(1406);
    assertThat(this.<Bytes>done(then -> file.read(0, 2000, then))).isEqualTo(part.concat(part));
  }

  @Test
  void finishesSyncsInOrderAsLaterEvents() {
    begin();
    DurableFile file = opened("file", 0);
    world.run(
        process,
        () -> {
          for (int i = 0; i < 20; i++) {
            int number = i;
            file.append(Bytes.of(number));
            file.sync(() -> journal.add("synced " + number));
          }
          journal.add("asked for");
        });
    await("synced 19");
    List<String> lines = journal.lines();
    assertThat(lines.indexOf("asked for")).isLessThan(lines.indexOf("synced 0"));
    assertThat(lines.stream().filter(line -> line.startsWith("synced")))
        .isEqualTo(java.util.stream.IntStream.range(0, 20).mapToObj(i -> "synced " + i).toList());
  }

  @Test
  void completesEverythingInLaterEvents() {
    begin();
    DurableFile file = opened("open", 0);
    with(
        process,
        role,
        host -> {
          host.disk().open("other", 0, opened -> journal.add("then open"));
          host.disk().list(names -> journal.add("then list"));
          host.disk().read("absent", content -> journal.add("then read"));
          host.disk().replace("replaced", Bytes.EMPTY, () -> journal.add("then replace"));
          host.disk().delete("absent", () -> journal.add("then delete"));
          file.sync(() -> journal.add("then sync"));
          file.read(0, 1, bytes -> journal.add("then file read"));
          file.truncate(0, () -> journal.add("then truncate"));
          journal.add("first");
        });
    world.runUntil(
        "all completions",
        () -> journal.lines().stream().filter(line -> line.startsWith("then")).count() == 8);
    List<String> lines = journal.lines();
    for (String line : lines) {
      if (line.startsWith("then")) {
        assertThat(lines.indexOf(line)).isGreaterThan(lines.indexOf("first"));
      }
    }
  }

  @Test
  void aCompletionIsAnEventThatEndsABatch() {
    begin();
    DurableFile file = opened("file", 0);
    with(process, role, host -> file.sync(() -> journal.add("it is durable")));
    world.runUntil(
        "the end of the batch",
        () -> {
          List<String> lines = journal.lines();
          int synced = lines.indexOf("it is durable");
          return synced >= 0 && lines.subList(synced, lines.size()).contains("role ends a batch");
        });
  }

  @Test
  void replacesReadsAndDeletesSmallFiles() {
    begin();
    assertThat(this.<Bytes>done(then -> disk().read("state", then))).isNull();
    this.<Void>done(then -> disk().replace("state", Bytes.utf8("first"), () -> then.accept(null)));
    assertThat(this.<Bytes>done(then -> disk().read("state", then))).isEqualTo(Bytes.utf8("first"));
    this.<Void>done(then -> disk().replace("state", Bytes.utf8("2nd"), () -> then.accept(null)));
    assertThat(this.<Bytes>done(then -> disk().read("state", then))).isEqualTo(Bytes.utf8("2nd"));
    this.<Void>done(then -> disk().replace("state", Bytes.EMPTY, () -> then.accept(null)));
    assertThat(this.<Bytes>done(then -> disk().read("state", then))).isEqualTo(Bytes.EMPTY);
    this.<Void>done(then -> disk().delete("state", () -> then.accept(null)));
    assertThat(this.<Bytes>done(then -> disk().read("state", then))).isNull();
    this.<Void>done(then -> disk().delete("state", () -> then.accept(null)));
  }

  @Test
  void listsAllNamesSortedWithThoseInFoldersBelow() {
    begin();
    for (String name : List.of("b", "a/2", "a/1", "a-0", "c/d/e", "B")) {
      this.<Void>done(then -> disk().replace(name, Bytes.of(1), () -> then.accept(null)));
    }
    assertThat(this.<List<String>>done(then -> disk().list(then)))
        .containsExactly("B", "a-0", "a/1", "a/2", "b", "c/d/e");
    assertThat(this.<List<String>>done(then -> disk().under("a").list(then)))
        .containsExactly("1", "2");
    assertThat(this.<List<String>>done(then -> disk().under("c").under("d").list(then)))
        .containsExactly("e");
    assertThat(this.<List<String>>done(then -> disk().under("absent").list(then))).isEmpty();
  }

  @Test
  void keepsTheFilesOfRolesApart() {
    begin();
    TestRole other = role(process, "other", 11);
    this.<Void>done(then -> disk().replace("name", Bytes.of(1), () -> then.accept(null)));
    AtomicReference<List<String>> names = new AtomicReference<>();
    with(process, other, host -> host.disk().list(names::set));
    world.runUntil("the list", () -> names.get() != null);
    assertThat(names.get()).isEmpty();
  }

  @Test
  void cutsAFileAndAppendsFromThere() {
    begin();
    DurableFile file = opened("file", 0);
    world.run(process, () -> file.append(Bytes.utf8("0123456789")));
    world.run(process, () -> file.append(Bytes.utf8("abcdef")));
    synced(file);
    this.<Void>done(then -> file.truncate(7, () -> then.accept(null)));
    assertThat(world.<Long>call(process, file::size)).isEqualTo(7);
    world.run(process, () -> file.append(Bytes.utf8("xyz")));
    assertThat(this.<Bytes>done(then -> file.read(0, 100, then)))
        .isEqualTo(Bytes.utf8("0123456xyz"));
  }

  @Test
  void findsAFileThatWasClosedAsItWas() {
    begin();
    DurableFile file = opened("file", 0);
    world.run(
        process,
        () -> {
          file.append(Bytes.utf8("content"));
          file.sync(() -> {});
          file.close();
        });
    DurableFile again = opened("file", 0);
    assertThat(world.<Long>call(process, again::size)).isEqualTo(7);
    assertThat(this.<Bytes>done(then -> again.read(0, 7, then))).isEqualTo(Bytes.utf8("content"));
  }

  @Test
  void dropsTheCompletionsOfAStoppedRole() {
    begin();
    DurableFile file = opened("file", 0);
    TestRole other = role(process, "other", 11);
    world.run(
        process,
        () -> {
          file.append(Bytes.of(1));
          file.sync(() -> journal.add("told a stopped role"));
          process.hosts().stop(10);
          other.host.disk().replace("x", Bytes.of(1), () -> journal.add("told the other"));
        });
    await("told the other");
    assertThat(journal.lines()).doesNotContain("told a stopped role");
  }
}
