package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.MalformedException;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Setting;
import io.ashlar.core.StoreTime;
import io.ashlar.core.TagPlacement;
import io.ashlar.core.Uid;
import io.ashlar.message.RegisterWorker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CoordinatedStateTest {
  @Test
  void survivesItsEncoding() {
    CoordinatedState state =
        new CoordinatedState(
            new Uid(1, 2),
            7,
            ClusterConfiguration.single(),
            List.of(new StorageMember(new Uid(3, 4), 1, new Uid(5, 6), "zone 1")),
            List.of(
                new LogGeneration(
                    6, 10, 20, 120, List.of(new LogMember(new Uid(8, 9), "zone")), 1, 0)),
            new StoreTime(120, 1000));
    assertThat(CoordinatedState.decode(state.encode())).isEqualTo(state);
    Bytes encoded = state.encode();
    for (int cut = 0; cut < encoded.length(); cut++) {
      Bytes part = encoded.slice(0, cut);
      assertThatThrownBy(() -> CoordinatedState.decode(part))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void theTagOfAStorageServerThatLeavesIsRetiredUntilTheLogBeginsBehindIt() {
    StorageMember first = new StorageMember(new Uid(3, 4), 1, new Uid(5, 6), "zone 1");
    StorageMember second = new StorageMember(new Uid(3, 5), 2, new Uid(5, 7), "zone 2");
    List<LogMember> members = List.of(new LogMember(new Uid(8, 9), "zone"));
    LogGeneration old = new LogGeneration(6, 10, 20, 120, members, 1, 0);
    LogGeneration next = new LogGeneration(7, 130, 140, 240, members, 1, 0);
    CoordinatedState state =
        new CoordinatedState(
            new Uid(1, 2),
            7,
            ClusterConfiguration.single(),
            List.of(second),
            List.of(old),
            new StoreTime(120, 1000));
    CoordinatedState joined = state.withStorage(first);
    assertThat(joined.storages()).containsExactly(first, second);
    CoordinatedState left = joined.withoutStorage(second, 130);
    assertThat(left.storages()).containsExactly(first);
    assertThat(left.retired()).containsExactly(new RetiredTag(2, 130));
    assertThat(left.withoutStorage(second, 135)).isEqualTo(left);
    assertThat(CoordinatedState.decode(left.encode())).isEqualTo(left);
    assertThat(left.withEpoch(8).retired()).isEqualTo(left.retired());
    CoordinatedState both = left.withGenerations(List.of(old, next), left.storeTime());
    assertThat(both.retired()).isEqualTo(left.retired());
    assertThat(both.withGenerations(List.of(next), left.storeTime()).retired()).isEmpty();
  }

  /** As it was written when a generation did not say how its tags are placed. */
  @Test
  void aStateOfBeforeThereWereRingVersionsIsReadAsItWas() {
    CoordinatedState state =
        new CoordinatedState(
            new Uid(1, 2),
            7,
            ClusterConfiguration.single(),
            List.of(),
            List.of(
                new LogGeneration(
                        6, 10, 20, 120, List.of(new LogMember(new Uid(8, 9), "zone")), 1, 0)
                    .withRingVersion(TagPlacement.PLAIN_RING)),
            new StoreTime(120, 1000));
    Bytes encoded = state.encode();
    Bytes time = state.storeTime().encode();
    // Between the generation and the time, which is behind its length, is the ring version. Last is
    // how many tags are retired.
    int ring = encoded.length() - time.length() - 3;
    Bytes before =
        new ByteWriter(64)
            .putByte(1)
            .putRaw(encoded.slice(1, ring))
            .putRaw(encoded.slice(ring + 1, encoded.length() - 1))
            .toBytes();
    assertThat(CoordinatedState.decode(before)).isEqualTo(state);
  }

  @Test
  void impossibleConfigurationsAreRefusedWithTheReason() {
    assertThatThrownBy(() -> new ClusterConfiguration(1, 1, 1, 1, 1, 2, 0, 5_000_000))
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining("replication");
    assertThatThrownBy(() -> new ClusterConfiguration(1, 1, 1, 3, 1, 2, 1, 5_000_000))
        .hasMessageContaining("anti-quorum");
    assertThatThrownBy(() -> new ClusterConfiguration(0, 1, 1, 1, 1, 1, 0, 5_000_000))
        .hasMessageContaining("commit proxies");
  }

  @Test
  void planNeedsAsManyZonesAsReplicas() {
    ClusterConfiguration doubled = new ClusterConfiguration(2, 2, 2, 3, 2, 2, 0, 5_000_000);
    List<RegisterWorker> workers = new ArrayList<>();
    workers.add(
        new RegisterWorker(
            new Uid(1, 1), new Uid(9, 9), "10.0.0.1:4500", "a", List.of(), List.of()));
    SeededRandom random = new SeededRandom(1);
    assertThat(EpochPlan.deal(doubled, workers, Set.of(), random)).isNull();
    workers.add(
        new RegisterWorker(
            new Uid(1, 2), new Uid(9, 9), "10.0.0.2:4500", "b", List.of(), List.of()));
    EpochPlan plan = EpochPlan.deal(doubled, workers, Set.of(), random);
    assertThat(new HashSet<>(EpochPlan.addresses(plan.all()))).hasSize(plan.all().size());
    assertThat(plan.resolverShares().get(0).range().end())
        .isEqualTo(plan.resolverShares().get(1).range().begin());
  }

  @Test
  void aConfigurationChangesInAllButItsStorageServersAndItsWindow() {
    ClusterConfiguration has = new ClusterConfiguration(2, 2, 2, 3, 4, 2, 0, 5_000_000);
    ClusterConfiguration wanted = new ClusterConfiguration(1, 3, 4, 4, 1, 3, 1, 1_000_000);
    assertThat(has.with(wanted.settings()))
        .isEqualTo(new ClusterConfiguration(1, 3, 4, 4, 4, 3, 1, 1, 256, 5_000_000));
    assertThat(has.with(Map.of(Setting.LOGS, 2)))
        .isEqualTo(new ClusterConfiguration(2, 2, 2, 2, 4, 2, 0, 5_000_000));
    assertThat(has.with(Map.of())).isEqualTo(has);
  }

  @Test
  void settingsThatDoNotGoTogetherAreNoConfiguration() {
    ClusterConfiguration has = new ClusterConfiguration(2, 2, 2, 3, 4, 2, 0, 5_000_000);
    assertThatThrownBy(() -> has.with(Map.of(Setting.LOGS, 1)))
        .hasMessageContaining("replication must be 1 to the number of log servers");
    assertThatThrownBy(() -> has.with(Map.of(Setting.ANTI_QUORUM, 1)))
        .hasMessageContaining("anti-quorum");
  }

  @Test
  void aConfigurationIsReadFromTheRowsThatItWrote() {
    ClusterConfiguration has = new ClusterConfiguration(1, 2, 3, 40, 5, 6, 4, 5_000_000);
    Metadata metadata = new Metadata();
    assertThat(metadata.settings()).isEmpty();
    metadata.put(has);
    assertThat(metadata.settings()).isEqualTo(has.settings());
    metadata.put(Keys.CONF_PREFIX.concat(Bytes.utf8("of_a_later_version")), Bytes.utf8("7"));
    assertThat(ClusterConfiguration.single().with(metadata.settings()).logs()).isEqualTo(40);
  }
}
