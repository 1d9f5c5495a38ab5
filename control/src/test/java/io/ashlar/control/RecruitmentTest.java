package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ErrorCode;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.message.LogSet;
import io.ashlar.message.MessageKind;
import io.ashlar.message.Recruited;
import io.ashlar.message.RegisterWorker;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each role of an epoch is asked for once: a worker's second life must not make it anew. */
class RecruitmentTest {
  private static final long RT = 100_000_000;

  private final AskingHost<Recruited> world = new AskingHost<>(Recruited.class);
  private final List<AskingHost.Asked<Recruited>> asked = world.asked;
  private final List<String> failures = new ArrayList<>();
  private final ControllerOptions options = ControllerOptions.defaults();
  private final WorkerRegistry registry = new WorkerRegistry(options.silenceNanos());
  private Recruitment recruitment;

  @BeforeEach
  void deal() {
    ClusterConfiguration configuration = new ClusterConfiguration(1, 1, 1, 2, 1, 2, 0, 5_000_000);
    List<RegisterWorker> workers = new ArrayList<>();
    for (int i = 1; i <= 2; i++) {
      workers.add(
          new RegisterWorker(
              new Uid(i, i), new Uid(9, 9), "worker:" + i, "zone-" + i, List.of(), List.of()));
    }
    EpochPlan plan = EpochPlan.deal(configuration, workers, Set.of(), new SeededRandom(2));
    LogGeneration generation = new LogGeneration(5, 1, 2, RT, plan.logMembers(), 2, 0);
    LogGeneration old = new LogGeneration(4, 0, 1, 2, plan.logMembers(), 2, 0);
    recruitment =
        new Recruitment(
            world.host(),
            options,
            registry,
            new CoordinatedState(
                new Uid(7, 7), 5, configuration, List.of(), List.of(old), new StoreTime(0, 0)),
            plan,
            generation,
            new LogSet(old, EpochPlan.addresses(plan.logs())),
            new StoreTime(RT, 0),
            List.of(),
            new PhaseListener() {
              @Override
              public void onProgress() {}

              @Override
              public void onFailed(String reason) {
                failures.add(reason);
              }
            });
  }

  private void fill(AskingHost.Asked<Recruited> one) {
    one.handler().onReply(new Recruited(new Uid(1, 1)));
  }

  private List<MessageKind> kindsFrom(int first) {
    return asked.subList(first, asked.size()).stream().map(one -> one.request().kind()).toList();
  }

  @Test
  void isCompleteWhenEveryWorkerHasStartedItsRole() {
    recruitment.begin();
    assertThat(asked).hasSize(6);
    for (AskingHost.Asked<Recruited> one : asked) {
      assertThat(recruitment.isComplete()).isFalse();
      fill(one);
    }
    assertThat(recruitment.isComplete()).isTrue();
    assertThat(failures).isEmpty();
  }

  /**
   * Found by thinking of a rare path, not by a seed: a request timed out, its worker died before
   * the next try and was there again, and made a second sequencer that gave no version to the
   * proxies of the first one, for ever.
   */
  @Test
  void aRequestWaitsForAsLongAsRecruitingMayTakeAndIsNotSentAgain() {
    recruitment.begin();
    assertThat(asked).allMatch(one -> one.timeoutNanos() == options.recruitNanos());
    asked.get(0).handler().onFailure(Failure.timedOut());
    assertThat(failures).hasSize(1);
    assertThat(asked).hasSize(6);
    assertThat(world.timers).isEmpty();
    asked.subList(1, 6).forEach(this::fill);
    assertThat(recruitment.isComplete()).isFalse();
    assertThat(world.probes).containsExactly("recovery.recruitment-timed-out");
  }

  /**
   * Of two workers whose disks hang each was asked again when the other had just failed: who took
   * too long came last for exactly as long as the next attempt took.
   */
  @Test
  void aWorkerThatTookTooLongComesLastInAttemptsAfterTheNextOneToo() {
    recruitment.begin();
    asked.get(0).handler().onFailure(Failure.timedOut());
    long nowNanos = world.nowNanos();
    assertThat(registry.avoided(nowNanos + 3 * options.recruitNanos())).hasSize(1);
    assertThat(registry.avoided(nowNanos + 6 * options.recruitNanos())).isEmpty();
  }

  @Test
  void aWorkerThatRefusesEndsTheRound() {
    recruitment.begin();
    asked.get(3).handler().onFailure(Failure.refused(ErrorCode.RECRUITMENT_FAILED, "not now"));
    assertThat(failures).singleElement().asString().contains("not now");
    assertThat(world.probes).containsExactly("recovery.recruitment-failed");
  }

  @Test
  void onlyRolesOnADiskAreAskedForAgainWhenTheyAreThere() {
    world.faults.add("recovery.recruit-again");
    recruitment.begin();
    assertThat(world.timers).hasSize(6);
    asked.subList(0, 6).forEach(this::fill);
    List.copyOf(world.timers).forEach(Runnable::run);
    assertThat(kindsFrom(6)).containsOnly(MessageKind.RECRUIT_LOG).hasSize(2);
    asked.get(6).handler().onFailure(Failure.refused(ErrorCode.RECRUITMENT_FAILED, "restarted"));
    assertThat(failures).isEmpty();
    assertThat(recruitment.isComplete()).isTrue();
  }

  @Test
  void aRoleThatIsNotThereYetMayBeAskedForAgain() {
    world.faults.add("recovery.recruit-again");
    recruitment.begin();
    List.copyOf(world.timers).forEach(Runnable::run);
    assertThat(kindsFrom(6)).hasSize(6);
    asked.subList(6, 12).forEach(this::fill);
    assertThat(recruitment.isComplete()).isTrue();
  }
}
