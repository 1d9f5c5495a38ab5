package io.ashlar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.PeekEntries;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.LogPeeked;
import io.ashlar.message.LogSet;
import io.ashlar.message.PeekLog;
import io.ashlar.simulation.world.SimWorld;
import io.ashlar.simulation.world.WorldConditions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** One tag is pulled from log servers that end where a test has them end. */
class LogPullerTest {
  private static final int TAG = 1;
  private static final long SECOND = 1_000_000_000;
  private static final long ENDPOINT = 9;
  private static final long WINDOW = 5_000_000;

  private final SimWorld world = new SimWorld(1, WorldConditions.calm());
  private final List<Long> pulled = new ArrayList<>();
  private LogPuller puller;
  private long latest;

  /** A log server with an entry of the tag, without mutations, at each version that it has. */
  private static final class Log implements Role {
    final List<Long> versions;
    final boolean isLocked;
    private final Host host;

    Log(Host host, boolean isLocked, List<Long> versions) {
      this.host = host;
      this.isLocked = isLocked;
      this.versions = versions;
    }

    @Override
    public void start() {}

    @Override
    public void onMessage(Inbound inbound) {
      long from = ((PeekLog) inbound.message()).from();
      long end = versions.get(versions.size() - 1);
      ByteWriter entries = new ByteWriter(64);
      for (long version : versions) {
        if (version >= from) {
          PeekEntries.append(entries, version, new byte[0], 0, 0);
        }
      }
      long through = Math.max(end, from - 1);
      host.network()
          .reply(inbound, new LogPeeked(TAG, entries.toBytes(), through, 0, 0, isLocked, end));
    }

    @Override
    public void onBatchEnd() {}

    @Override
    public void stop() {}
  }

  /** What a storage server is to the puller. */
  private final class Pulling implements Role, LogPuller.Receiver {
    @Override
    public void start() {}

    @Override
    public void onMessage(Inbound inbound) {}

    @Override
    public void onBatchEnd() {}

    @Override
    public void stop() {}

    @Override
    public long latest() {
      return latest;
    }

    @Override
    public boolean wantsMore() {
      return true;
    }

    @Override
    public void onKnownCommitted(long version) {}

    @Override
    public void onPulled(LogPeeked peeked, long through) {
      for (PeekEntries.Entry entry : PeekEntries.decode(peeked.entries())) {
        if (entry.version() <= through) {
          pulled.add(entry.version());
        }
      }
      latest = through;
      puller.pull();
    }
  }

  private void boot(String process, Function<Host, Role> maker) {
    world.boot(
        world.machine("machine of " + process),
        process,
        booted -> {
          Host host = booted.host("role", ENDPOINT, "role");
          booted.start(ENDPOINT, maker.apply(host));
        });
  }

  /** A generation of which each log server holds the tag, and has these versions of it. */
  private LogSet generation(long epoch, long begin, boolean isLocked, List<List<Long>> versions) {
    List<LogMember> members = new ArrayList<>();
    List<Address> addresses = new ArrayList<>();
    for (int i = 0; i < versions.size(); i++) {
      List<Long> own = versions.get(i);
      String process = "log" + epoch + i + ":1";
      members.add(new LogMember(new Uid(epoch, i), "zone" + i));
      addresses.add(new Address(process, ENDPOINT));
      boot(process, host -> new Log(host, isLocked, own));
    }
    return new LogSet(
        new LogGeneration(epoch, begin, begin, begin, members, members.size(), 0), addresses);
  }

  private void pull(LogSet... generations) {
    boot(
        "storage:1",
        host -> {
          Pulling pulling = new Pulling();
          puller = new LogPuller(host, TAG, StorageServerOptions.defaults(), pulling);
          return pulling;
        });
    world.runFor(1);
    List<LogSet> all = List.of(generations);
    puller.onView(
        new ClusterView(
            new Uid(1, 1),
            all.size(),
            1,
            List.of(),
            List.of(),
            all,
            List.of(),
            new StoreTime(0, 0),
            WINDOW));
    world.runFor(SECOND);
    assertThat(world.failure()).isNull();
  }

  /** With an anti-quorum what an epoch has committed need not be on each of its log servers. */
  @Test
  void whatALogServerOfAnEarlierEpochHasNotComesFromAnother() {
    for (int early = 0; early < 3; early++) {
      List<List<Long>> versions = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        versions.add(i == early ? List.of(10L, 20L) : List.of(10L, 20L, 30L, 40L));
      }
      pulled.clear();
      latest = 0;
      LogSet first = generation(10 * early + 1, 0, true, versions);
      LogSet second = generation(10 * early + 2, 40, false, List.of(List.of(50L)));
      pull(first, second);
      assertThat(pulled)
          .as("log server %d ends early", early)
          .containsExactly(10L, 20L, 30L, 40L, 50L);
      world.kill(world.process("storage:1"), false);
    }
  }
}
