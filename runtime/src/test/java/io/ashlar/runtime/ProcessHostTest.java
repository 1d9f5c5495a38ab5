package io.ashlar.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.host.DurableFile;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.host.Trace;
import io.ashlar.message.Address;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProcessHostTest {
  @TempDir Path folder;

  /** A role that does with messages what a test says. */
  private static class QuietRole implements Role {
    @Override
    public void start() {}

    @Override
    public void onMessage(Inbound inbound) {}

    @Override
    public void onBatchEnd() {}

    @Override
    public void stop() {}
  }

  private static <T> T call(ProcessHost host, Function<ProcessHost, T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    host.execute(() -> result.complete(task.apply(host)));
    return get(result);
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Host start(ProcessHost host, long endpoint, Role role) {
    return call(
        host,
        at -> {
          Host made = at.host("role", endpoint, "role");
          at.start(endpoint, role);
          return made;
        });
  }

  @Test
  void aThrowableOutOfARoleStopsEverythingAtOnceAndIsTold() throws Exception {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    List<String> handled = Collections.synchronizedList(new ArrayList<>());
    try (ProcessHost host = ProcessHost.builder().onFailure(failure::complete).open()) {
      Error broken = new StackOverflowError("broken on purpose");
      QuietRole role =
          new QuietRole() {
            @Override
            public void onMessage(Inbound inbound) {
              handled.add("message");
              throw broken;
            }

            @Override
            public void onBatchEnd() {
              handled.add("batch end");
            }
          };
      Host port = start(host, 5, role);
      call(host, at -> null);
      handled.clear();
      host.execute(
          () -> {
            port.network().send(new Address(host.process(), 5), new Ping());
            port.network().send(new Address(host.process(), 5), new Ping());
            port.timers().schedule(0, () -> handled.add("timer"));
          });
      assertThat(get(failure)).isSameAs(broken);
      assertThat(handled.stream().filter("message"::equals)).hasSize(1);
      int count = handled.size();
      assertThatThrownBy(() -> host.execute(() -> handled.add("task")))
          .isInstanceOf(RejectedExecutionException.class);
      assertThat(handled).hasSize(count).last().isEqualTo("message");
    }
  }

  @Test
  void aFailureSendsNothingOfItsTurn() throws Exception {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    List<Inbound> arrived = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch first = new CountDownLatch(1);
    ProcessHost host = ProcessHost.builder().onFailure(failure::complete).open();
    try (ProcessHost receiving = ProcessHost.builder().listen("127.0.0.1", 0).open()) {
      start(
          receiving,
          7,
          new QuietRole() {
            @Override
            public void onMessage(Inbound inbound) {
              arrived.add(inbound);
              first.countDown();
            }
          });
      Host port = start(host, 5, new QuietRole());
      Address to = new Address(receiving.process(), 7);
      host.execute(() -> port.network().send(to, new Ping()));
      assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();
      host.execute(
          () -> {
            port.network().send(to, new Pong());
            throw new IllegalStateException("after sending, before the end of the turn");
          });
      get(failure);
      host.close();
      // The connection is closed by now; what it brought has been handled after one more turn.
      call(receiving, at -> null);
      assertThat(arrived).extracting(Inbound::message).containsExactly(new Ping());
    }
  }

  @Test
  void theFailureCallbackMayCloseTheHost() throws Exception {
    CompletableFuture<String> closed = new CompletableFuture<>();
    CompletableFuture<ProcessHost> itself = new CompletableFuture<>();
    ProcessHost host =
        ProcessHost.builder()
            .directory(folder)
            .onFailure(
                cause -> {
                  get(itself).close();
                  closed.complete(cause.getMessage());
                })
            .open();
    itself.complete(host);
    host.execute(
        () -> {
          throw new IllegalStateException("broken");
        });
    assertThat(get(closed)).isEqualTo("broken");
  }

  @Test
  void closingFinishesWhatTheDiskWasAskedForAndLetsAnotherOpen() throws Exception {
    for (int life = 0; life < 3; life++) {
      try (ProcessHost host = ProcessHost.builder().directory(folder).open()) {
        Host port = start(host, 5, new QuietRole());
        CompletableFuture<DurableFile> opened = new CompletableFuture<>();
        host.execute(() -> port.disk().open("file", 0, opened::complete));
        DurableFile file = get(opened);
        long size = call(host, at -> file.size());
        assertThat(size).isEqualTo(life * 3L);
        host.execute(
            () -> {
              file.append(Bytes.utf8("abc"));
              file.sync(() -> {});
            });
      }
    }
    assertThat(Files.readString(folder.resolve("role/file"))).isEqualTo("abcabcabc");
  }

  @Test
  void closingStopsTheRolesInReverseAndIsRepeatable() throws Exception {
    List<String> stopped = Collections.synchronizedList(new ArrayList<>());
    ProcessHost host = ProcessHost.builder().open();
    for (long endpoint = 1; endpoint <= 3; endpoint++) {
      String name = "role " + endpoint;
      start(
          host,
          endpoint,
          new QuietRole() {
            @Override
            public void stop() {
              stopped.add(name);
            }
          });
    }
    host.close();
    host.close();
    assertThat(stopped).containsExactly("role 3", "role 2", "role 1");
    assertThatThrownBy(() -> host.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void leavesNoThreadsBehind() throws Exception {
    for (int i = 0; i < 5; i++) {
      try (ProcessHost host =
          ProcessHost.builder()
              .name("leaving-" + i)
              .listen("127.0.0.1", 0)
              .directory(folder)
              .open()) {
        Host port = start(host, 5, new QuietRole());
        CompletableFuture<DurableFile> opened = new CompletableFuture<>();
        host.execute(() -> port.disk().open("file", 1 << 16, opened::complete));
        get(opened);
      }
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.contains("leaving-"));
  }

  @Test
  void aDirectoryHasOneHostAtATime() throws Exception {
    Consumer<ProcessHost> nothing = host -> {};
    try (ProcessHost first = ProcessHost.builder().directory(folder).open()) {
      nothing.accept(first);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> ProcessHost.builder().directory(folder).open())
            .isInstanceOfSatisfying(
                AshlarException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.DIRECTORY_IN_USE))
            .hasMessageContaining(folder.toString());
      }
    }
    ProcessHost.builder().directory(folder).open().close();
  }

  @Test
  void saysWhichAddressCannotBeListenedAt() throws Exception {
    try (ProcessHost first = ProcessHost.builder().listen("127.0.0.1", 0).open()) {
      int port = Integer.parseInt(first.process().split(":")[1]);
      assertThatThrownBy(
              () ->
                  ProcessHost.builder().directory(folder).listen("127.0.0.1", port).open().close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("127.0.0.1:" + port);
      // What was begun was undone.
      ProcessHost.builder().directory(folder).open().close();
    }
  }

  /** Real files that fail when a test says so. */
  private static final class FailingFiles extends ForwardingFiles {
    volatile IOException onSync;
    volatile IOException onWrite;

    FailingFiles() {
      super(new NioFiles());
    }

    private static void fail(IOException with) throws IOException {
      if (with != null) {
        throw with;
      }
    }

    @Override
    protected Handle handle(Handle opened) {
      return new ForwardingHandle(opened) {
        @Override
        public void write(ByteBuffer from, long offset) throws IOException {
          fail(onWrite);
          super.write(from, offset);
        }

        @Override
        public void sync() throws IOException {
          fail(onSync);
          super.sync();
        }
      };
    }
  }

  private Throwable failureOf(FailingFiles files, Consumer<DurableFile> use, List<String> told)
      throws IOException {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    try (ProcessHost host =
        ProcessHost.builder()
            .directory(folder)
            .fileLayer(files)
            .onFailure(failure::complete)
            .open()) {
      Host port = start(host, 5, new QuietRole());
      CompletableFuture<DurableFile> opened = new CompletableFuture<>();
      host.execute(() -> port.disk().open("file", 0, opened::complete));
      DurableFile file = get(opened);
      files.onSync = told == null ? null : files.onSync;
      host.execute(() -> use.accept(file));
      return get(failure);
    }
  }

  @Test
  void aFailedSyncStopsTheHostAndIsNeitherToldNorTriedAgain() throws Exception {
    FailingFiles files = new FailingFiles();
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    Throwable failure =
        failureOf(
            files,
            file -> {
              files.onSync = new IOException("the disk is broken");
              file.append(Bytes.utf8("abc"));
              file.sync(() -> told.add("first"));
              file.sync(() -> told.add("second"));
            },
            told);
    assertThat(told).isEmpty();
    assertThat(failure)
        .isInstanceOfSatisfying(
            AshlarException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO_ERROR))
        .hasMessageContaining("the disk is broken")
        .hasMessageContaining(folder.toString());
  }

  @Test
  void aFullDiskIsAClearError() throws Exception {
    FailingFiles files = new FailingFiles();
    Throwable failure =
        failureOf(
            files,
            file -> {
              files.onWrite = new IOException("No space left on device");
              file.append(Bytes.utf8("abc"));
            },
            new ArrayList<>());
    assertThat(failure)
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("bytes can still be written there")
        .hasMessageContaining("make room");
  }

  @Test
  void aFailedReservationStopsTheHost() throws Exception {
    FailingFiles files = new FailingFiles();
    files.onWrite = new IOException("No space left on device");
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    try (ProcessHost host =
        ProcessHost.builder()
            .directory(folder)
            .fileLayer(files)
            .onFailure(failure::complete)
            .open()) {
      Host port = start(host, 5, new QuietRole());
      host.execute(() -> port.disk().open("file", 1 << 20, file -> {}));
      assertThat(get(failure)).hasMessageContaining("No space left on device");
    }
  }

  @Test
  void aFailureOfAReaderStopsTheHost() throws Exception {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    try (ProcessHost host = ProcessHost.builder().onFailure(failure::complete).open()) {
      Host port = start(host, 5, new QuietRole());
      host.execute(
          () ->
              port.readers()
                  .submit(
                      1,
                      view -> {
                        throw new IllegalStateException("in a reader");
                      },
                      result -> {}));
      assertThat(get(failure)).hasMessage("in a reader");
    }
  }

  @Test
  void writesReservedSpaceAsZerosOfTheFullSize() throws Exception {
    try (ProcessHost host = ProcessHost.builder().directory(folder).open()) {
      Host port = start(host, 5, new QuietRole());
      CompletableFuture<DurableFile> opened = new CompletableFuture<>();
      host.execute(() -> port.disk().open("file", 3_000_000, opened::complete));
      get(opened);
      assertThat(Files.size(folder.resolve("role/file"))).isEqualTo(3_000_000);
    }
  }

  @Test
  void deletesWhatAnEarlierLifeHadNotFinishedWhereNothingElseWouldFindIt() throws Exception {
    Files.createDirectories(folder.resolve("role/below"));
    Path unfinished = folder.resolve("role/below/segment~new");
    Files.write(unfinished, new byte[10_000]);
    Files.write(folder.resolve("role/below/finished"), new byte[] {7});
    try (ProcessHost host = ProcessHost.builder().name("a").directory(folder).open()) {
      Host role = start(host, 1, new QuietRole());
      CompletableFuture<List<String>> names = new CompletableFuture<>();
      host.execute(() -> role.disk().list(names::complete));
      assertThat(get(names)).containsExactly("below/finished");
      assertThat(unfinished).doesNotExist();
    }
  }

  @Test
  void refusesNamesThatLeaveTheFolder() {
    for (String name :
        List.of("..", "../x", "/x", "x/", "a//b", "a/../b", "", "x~", "a\\b", "ä", ".")) {
      assertThatThrownBy(() -> DiskNames.checked(name)).hasMessageContaining(name);
    }
    for (String name : List.of("x", "a/b.c/d-1", "...x", ".x")) {
      assertThat(DiskNames.checked(name)).isEqualTo(name);
    }
  }

  @Test
  void tracesNameTheirRole() throws Exception {
    CompletableFuture<String> line = new CompletableFuture<>();
    Trace sink =
        new Trace() {
          @Override
          public void event(String name, Object... keysAndValues) {
            line.complete(name + " " + List.of(keysAndValues));
          }

          @Override
          public boolean isEnabled() {
            return true;
          }
        };
    try (ProcessHost host = ProcessHost.builder().trace(sink).open()) {
      Host port = start(host, 5, new QuietRole());
      host.execute(() -> port.trace().event("Happened", "count", 3));
      assertThat(get(line)).isEqualTo("Happened [role, role, count, 3]");
    }
  }

  @Test
  void takesMoreTasksThanTheRingHasPlaces() throws Exception {
    HostOptions options = HostOptions.defaults();
    int count = options.ringSlots() * 4;
    CountDownLatch all = new CountDownLatch(count);
    CountDownLatch go = new CountDownLatch(1);
    try (ProcessHost host = ProcessHost.builder().open()) {
      host.execute(
          () -> {
            try {
              go.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          });
      Thread publisher =
          new Thread(
              () -> {
                for (int i = 0; i < count; i++) {
                  host.execute(all::countDown);
                }
              });
      publisher.start();
      go.countDown();
      assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
      publisher.join();
    }
  }
}
