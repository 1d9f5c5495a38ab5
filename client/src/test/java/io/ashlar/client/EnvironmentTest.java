package io.ashlar.client;

import static io.ashlar.client.TransactionTest.b;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What code above a database takes from it, and how it waits. */
class EnvironmentTest {
  private final FakeWorld world = new FakeWorld(12);
  private final Database database = FakeWorld.connect(world, DatabaseOptions.defaults());
  private final Environment environment = database.environment();

  @Test
  void aDelayEndsWhenItsTimeHasPassedAndNotBefore() {
    CompletableFuture<Void> delay = environment.delay(Duration.ofMillis(300));
    world.runFor(299 * FakeWorld.MILLI);
    assertThat(delay).isNotDone();
    world.runFor(2 * FakeWorld.MILLI);
    assertThat(delay).isCompleted();
  }

  @Test
  void theClockIsTheHosts() {
    long before = environment.nowNanos();
    world.await(environment.delay(Duration.ofMillis(70)));
    assertThat(environment.nowNanos() - before)
        .isBetween(70 * FakeWorld.MILLI, 71 * FakeWorld.MILLI);
  }

  @Test
  void aDelayCompletesBesideTheLoop() {
    List<Boolean> onLoop = new ArrayList<>();
    world.await(environment.delay(Duration.ZERO).thenRun(() -> onLoop.add(world.isCurrent())));
    assertThat(onLoop).containsExactly(false);
  }

  @Test
  void aCancelledDelayTakesItsTimerBack() {
    CompletableFuture<Void> delay = environment.delay(Duration.ofHours(1));
    world.runFor(FakeWorld.MILLI);
    int before = world.timersCancelled;
    delay.cancel(false);
    assertThat(delay).isCancelled();
    world.runFor(FakeWorld.MILLI);
    assertThat(world.timersCancelled).isEqualTo(before + 1);
    world.runFor(Duration.ofHours(2).toNanos());
    assertThat(delay).isCancelled();
  }

  @Test
  void closingTheDatabaseFailsItsDelays() {
    CompletableFuture<Void> delay = environment.delay(Duration.ofHours(1));
    world.runFor(FakeWorld.MILLI);
    database.close();
    assertThat(world.awaitError(delay)).isEqualTo(ErrorCode.DATABASE_CLOSED);
  }

  @Test
  void aNegativeDelayIsRefusedAndOneThatIsTooLongIsForEver() {
    assertThatThrownBy(() -> environment.delay(Duration.ofNanos(-1)))
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining("negative");
    CompletableFuture<Void> delay = environment.delay(Duration.ofSeconds(Long.MAX_VALUE));
    world.runFor(Duration.ofDays(1).toNanos());
    assertThat(delay).isNotDone();
  }

  @Test
  void eachGeneratorIsItsOwn() {
    RandomGenerator one = environment.newRandom();
    RandomGenerator other = environment.newRandom();
    assertThat(one.nextLong()).isNotEqualTo(other.nextLong());
  }

  @Test
  void aTransactionHasTheEnvironmentOfItsDatabase() {
    try (Transaction transaction = database.createTransaction()) {
      assertThat(transaction.environment()).isSameAs(environment);
      assertThat(transaction.snapshot().environment()).isSameAs(environment);
    }
  }

  @Test
  void timeoutsOfFuturesAreTheLoopsTimers() {
    world.weather = (to, request, draw) -> FakeWorld.Fate.SWALLOWED;
    CompletableFuture<Long> version = database.createTransaction().getReadVersion();
    CompletableFuture<Long> bounded = version.thenApply(v -> v).orTimeout(2, TimeUnit.SECONDS);
    CompletableFuture<Long> replaced =
        version.thenApply(v -> v).completeOnTimeout(-5L, 3, TimeUnit.SECONDS);
    world.runFor(1_999 * FakeWorld.MILLI);
    assertThat(bounded).isNotDone();
    world.runFor(2 * FakeWorld.MILLI);
    assertThat(bounded).isCompletedExceptionally();
    assertThatThrownBy(bounded::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(TimeoutException.class);
    assertThat(replaced).isNotDone();
    world.runFor(1_000 * FakeWorld.MILLI);
    assertThat(replaced).isCompletedWithValue(-5L);
  }

  @Test
  void whatIsInTimeHasNoTimeout() {
    CompletableFuture<Void> delay = environment.delay(Duration.ofSeconds(1));
    CompletableFuture<String> value =
        delay.thenApply(done -> "in time").orTimeout(2, TimeUnit.SECONDS);
    assertThat(world.await(value)).isEqualTo("in time");
    world.runFor(2_000 * FakeWorld.MILLI);
    assertThat(value.join()).isEqualTo("in time");
    assertThat(value.orTimeout(0, TimeUnit.SECONDS)).isSameAs(value);
  }

  @Test
  void whatWasAdoptedCompletesOnTheExecutor() {
    CompletableFuture<String> foreign = new CompletableFuture<>();
    CompletableFuture<String> adopted = environment.adopt(foreign);
    foreign.complete("done");
    assertThat(adopted).isNotDone();
    assertThat(world.await(adopted)).isEqualTo("done");
    CompletableFuture<Void> failed =
        environment.adopt(
            CompletableFuture.allOf(
                CompletableFuture.failedFuture(new AshlarException(ErrorCode.NOT_COMMITTED))));
    assertThat(world.awaitError(failed)).isEqualTo(ErrorCode.NOT_COMMITTED);
  }

  @Test
  void whoWaitsWaitsAsTheHostHasIt() throws Exception {
    List<Long> limits = new ArrayList<>();
    world.waits =
        (future, limitNanos) -> {
          limits.add(limitNanos);
          while (!future.isDone() && world.nowNanos() < limitNanos && world.step()) {}
          return true;
        };
    database.run(
        transaction -> {
          transaction.set(b("a"), b("1"));
          return null;
        });
    byte[] value = database.read(transaction -> transaction.getBlocking(b("a")));
    assertThat(value).isEqualTo(b("1"));
    environment.delayBlocking(Duration.ofMillis(5));
    assertThat(limits).containsOnly(ClientHost.NO_LIMIT).hasSizeGreaterThanOrEqualTo(3);
    limits.clear();
    CompletableFuture<Void> late = environment.delay(Duration.ofHours(1));
    assertThatThrownBy(() -> late.get(20, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
    assertThat(limits).containsExactly(20_000 * FakeWorld.MILLI);
    CompletableFuture<byte[]> again = database.readAsync(transaction -> transaction.get(b("a")));
    assertThat(again.get(9, TimeUnit.HOURS)).isEqualTo(b("1"));
  }
}
