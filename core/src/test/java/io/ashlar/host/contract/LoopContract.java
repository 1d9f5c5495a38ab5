package io.ashlar.host.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.host.Host;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link io.ashlar.host.Loop} and {@link io.ashlar.host.RoleHosts} promise. */
public abstract class LoopContract extends PortContract {
  @Test
  void runsTasksOfOneThreadInOrder() {
    PortWorld.Process process = world.newProcess("one");
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      String line = "task " + i;
      expected.add(line);
      process.loop().execute(() -> journal.add(line));
    }
    await("task 999");
    assertThat(journal.lines()).isEqualTo(expected);
  }

  @Test
  void runsATaskOfTheLoopItselfAsALaterEvent() {
    PortWorld.Process process = world.newProcess("one");
    world.run(
        process,
        () -> {
          process.loop().execute(() -> journal.add("second"));
          journal.add("first");
        });
    await("second");
    assertThat(journal.lines()).containsExactly("first", "second");
  }

  @Test
  void knowsWhetherTheCallerIsTheLoop() {
    PortWorld.Process process = world.newProcess("one");
    assertThat(process.loop().isCurrent()).isFalse();
    assertThat(world.call(process, () -> process.loop().isCurrent())).isTrue();
  }

  @Test
  void aTaskEndsABatchOfEveryRole() {
    PortWorld.Process process = world.newProcess("one");
    role(process, "a", 10);
    role(process, "b", 11);
    // The batch in which they were started has ended once another task has run.
    world.run(process, () -> {});
    world.run(process, () -> journal.add("the task"));
    world.runUntil(
        "the end of both batches",
        () -> {
          List<String> lines = journal.lines();
          List<String> after = lines.subList(lines.indexOf("the task"), lines.size());
          return after.contains("a ends a batch") && after.contains("b ends a batch");
        });
  }

  @Test
  void startsARoleBeforeAnythingElseAndStopsItOnce() {
    PortWorld.Process process = world.newProcess("one");
    role(process, "role", 10);
    world.run(process, () -> process.hosts().stop(10));
    world.run(process, () -> journal.add("after"));
    assertThat(journal.lines()).startsWith("role starts").contains("role stops");
    assertThat(journal.lines()).filteredOn("role stops"::equals).hasSize(1);
    List<String> lines = journal.lines();
    assertThat(lines.subList(lines.indexOf("role stops") + 1, lines.size()))
        .doesNotContain("role ends a batch");
  }

  @Test
  void anEndpointCanBeUsedAgainAfterItsRoleHasStopped() {
    PortWorld.Process process = world.newProcess("one");
    role(process, "first", 10);
    world.run(process, () -> process.hosts().stop(10));
    role(process, "second", 10);
    assertThat(journal.lines()).contains("first stops", "second starts");
  }

  @Test
  void givesRolesRandomStreamsOfTheirOwn() {
    PortWorld.Process process = world.newProcess("one");
    TestRole a = role(process, "a", 10);
    TestRole b = role(process, "b", 11);
    long fromA = world.call(process, () -> a.host.random().nextLong());
    long fromB = world.call(process, () -> b.host.random().nextLong());
    assertThat(fromA).isNotEqualTo(fromB);
  }

  @Test
  void givesAHostItsOwnAddress() {
    PortWorld.Process process = world.newProcess("one");
    TestRole role = role(process, "role", 10);
    Host host = role.host;
    assertThat(world.call(process, () -> host.network().self().endpoint())).isEqualTo(10);
    assertThat(world.call(process, () -> host.network().self().process()))
        .isEqualTo(process.name());
  }
}
