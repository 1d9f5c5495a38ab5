package io.ashlar.simulation.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.Mutation;
import io.ashlar.core.TaggedMutations;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Role;
import io.ashlar.log.LogServer;
import io.ashlar.log.LogServerOptions;
import io.ashlar.message.Address;
import io.ashlar.message.LogPushed;
import io.ashlar.message.LogSet;
import io.ashlar.message.PushLog;
import io.ashlar.message.RecruitLog;
import io.ashlar.simulation.world.DiskImage;
import io.ashlar.simulation.world.SimDisk;
import io.ashlar.simulation.world.SimMachine;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import io.ashlar.simulation.world.WorldConditions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a real log server has written is read from its files without its code. */
class LogFolderTest {
  private static final Uid ID = new Uid(0x1001, 0x770001);
  private static final long SECOND = 1_000_000_000L;
  private static final long STEP = 10;

  private final SimWorld world = new SimWorld(1, WorldConditions.calm());
  private final SimMachine machine = world.machine("machine");
  private final SimDisk disk = machine.disk();

  /** Pushes versions, each when the one before is acknowledged. */
  private static final class Pusher implements Role {
    private final Host host;
    private long last;

    Pusher(Host host, long from) {
      this.host = host;
      this.last = from;
    }

    void push(int count) {
      if (count == 0) {
        return;
      }
      long version = last + STEP;
      ByteWriter payload = new ByteWriter(64);
      TaggedMutations.append(
          payload, new int[] {1}, Mutation.set(Bytes.utf8("k"), Bytes.wrap(new byte[200])));
      host.network()
          .request(
              new Address("log", ID.low()),
              new PushLog(1, last, version, last, payload.toBytes()),
              LogPushed.class,
              SECOND,
              new ReplyHandler<LogPushed>() {
                @Override
                public void onReply(LogPushed reply) {
                  last = version;
                  push(count - 1);
                }

                @Override
                public void onFailure(Failure failure) {
                  throw new AssertionError(failure.toString());
                }
              });
    }

    @Override
    public void start() {}

    @Override
    public void onMessage(Inbound inbound) {}

    @Override
    public void onBatchEnd() {}

    @Override
    public void stop() {}
  }

  private LogFolder read() {
    return LogFolder.read(ID, disk.names(), disk::durableContent);
  }

  /** A log server whose chain has {@code count} versions, in several segments. */
  private long write(int count) {
    LogGeneration generation =
        new LogGeneration(1, 0, 0, 100, List.of(new LogMember(ID, "zone")), 1, 0);
    LogSet none = new LogSet(new LogGeneration(0, 0, 0, 0, List.of(), 1, 0), List.of());
    Pusher[] pusher = new Pusher[1];
    SimProcess process =
        world.boot(
            machine,
            "log",
            booted ->
                booted.start(
                    ID.low(),
                    LogServer.recruit(
                        booted.host("log-server", ID.low(), LogFolder.path(ID)),
                        new RecruitLog(Uid.NONE, 1, ID, generation, none, List.of(1)),
                        options(),
                        () -> pusher[0].push(count))));
    pusher[0] = new Pusher(process.host("pusher", 7, "pusher"), 0);
    process.start(7, pusher[0]);
    world.runFor(10 * SECOND);
    assertThat(world.failure()).isNull();
    assertThat(pusher[0].last).isEqualTo(count * STEP);
    return pusher[0].last;
  }

  private static LogServerOptions options() {
    LogServerOptions normal = LogServerOptions.defaults();
    return new LogServerOptions(
        4_096,
        normal.groupBytesMax(),
        normal.memoryBytesMax(),
        normal.unflushedBytesMax(),
        normal.parkedPushesMax(),
        normal.parkedBytesMax(),
        normal.waitingAnswersMax(),
        normal.waitingPeeksMax(),
        normal.peekWaitNanosMax(),
        normal.peekBytesMax(),
        normal.readBytes(),
        normal.markBytes(),
        normal.tagsMax(),
        normal.copyPeeksMax(),
        normal.copyBytes(),
        normal.copyTimeoutNanos(),
        normal.copyRetryNanos());
  }

  @Test
  void theEndAndWhatIsKnownCommittedAreThoseOfTheLastPush() {
    long end = write(100);
    assertThat(LogFolder.idsIn(disk.names())).containsExactly(ID);
    assertThat(disk.names().stream().filter(name -> name.contains("segment-")).count())
        .isGreaterThan(3);
    LogFolder folder = read();
    assertThat(folder.generation().epoch()).isEqualTo(1);
    assertThat(folder.end()).isEqualTo(end);
    assertThat(folder.knownCommitted()).isEqualTo(end - STEP);
  }

  @Test
  void whatComesAfterAChangedBitIsNotRead() {
    long end = write(100);
    String second = LogFolder.path(ID) + "/segment-0000000000000002";
    disk.flip(second, disk.settledBytes(second) / 2, 3);
    LogFolder folder = read();
    assertThat(folder.end()).isBetween(STEP * 10, end - 10 * STEP);
    assertThat(folder.knownCommitted()).isEqualTo(folder.end() - STEP);
  }

  @Test
  void oneThatWasNeverFinishedHasNoGeneration() {
    write(1);
    disk.lose(LogFolder.path(ID) + "/generation");
    assertThat(read().generation()).isNull();
    assertThat(LogFolder.idsIn(disk.names())).containsExactly(ID);
  }

  /** Taken as it was, a flipped id of a member made the log server none of its own generation. */
  @Test
  void aGenerationWithAChangedBitIsNone() {
    write(1);
    String path = LogFolder.path(ID) + "/generation";
    long length = disk.settledBytes(path);
    for (long offset = 0; offset < length; offset++) {
      disk.flip(path, offset, (int) (offset % 8));
      assertThat(read().generation()).isNull();
      disk.flip(path, offset, (int) (offset % 8));
    }
    assertThat(read().generation().members()).hasSize(1);
  }

  /** There would be two of it, or one that nobody knows to be outdated. */
  @Test
  void aCopyThatBringsBackALogServerWhichIsNotThereAnyMoreIsNotPutBack() {
    write(100);
    DiskImage copy = disk.image();
    LogCopies copies = new LogCopies(world);
    assertThat(copies.harmedBy(copy, machine, "")).isEmpty();
    for (String name : List.copyOf(disk.names())) {
      disk.lose(name);
    }
    assertThat(copies.harmedBy(copy, machine, "")).isNull();
    assertThat(copies.harmedBy(copy, machine, LogFolder.path(ID) + "/")).isNull();
    assertThat(copies.harmedBy(copy, machine, "logs/another/")).isEmpty();
  }
}
