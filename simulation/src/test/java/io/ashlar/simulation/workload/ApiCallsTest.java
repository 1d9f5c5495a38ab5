package io.ashlar.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.client.DatabaseOptions;
import io.ashlar.simulation.check.ApiModel;
import io.ashlar.simulation.check.Violations;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of a call is held against what is due, however it ends. */
class ApiCallsTest {
  private static final byte[] KEY = {'k'};

  private final Violations violations = new Violations();
  private final ApiCalls calls = new ApiCalls("transaction 1", violations);
  private final ApiModel model = new ApiModel(DatabaseOptions.defaults(), false);

  @Test
  void aReadThatNobodyCancelledMustNotEndAsIfSomebodyHad() {
    CompletableFuture<byte[]> read = new CompletableFuture<>();
    calls.later("get", model.get(KEY, false), () -> read, (value, thrown) -> {});
    read.completeExceptionally(new CancellationException("by the store"));
    assertThat(violations.toString()).contains("by the store");
  }

  @Test
  void aWatchThatTheWorkloadCancelsMayEndThatWay() {
    CompletableFuture<Void> watch = new CompletableFuture<>();
    calls.judge(
        "watch",
        model.watch(KEY, false),
        watch,
        (nothing, thrown) -> {},
        ApiCalls.Judged.UNLESS_CANCELLED);
    watch.cancel(true);
    assertThat(violations.isEmpty()).isTrue();
    CompletableFuture<Void> other = new CompletableFuture<>();
    calls.judge(
        "watch",
        model.watch(KEY, false),
        other,
        (nothing, thrown) -> {},
        ApiCalls.Judged.UNLESS_CANCELLED);
    other.completeExceptionally(new IllegalStateException("odd"));
    assertThat(violations.toString()).contains("odd");
  }
}
