package io.ashlar.host.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link io.ashlar.host.Readers} promise. */
public abstract class ReadersContract extends PortContract {
  @Test
  void givesResultsOnTheLoopAsLaterEvents() {
    PortWorld.Process process = world.newProcess("one");
    TestRole role = role(process, "role", 10);
    with(
        process,
        role,
        host -> {
          host.readers()
              .submit(
                  List.of(3, 4),
                  view -> view.get(0) * view.get(1),
                  product ->
                      journal.add("read " + product + " on loop " + process.loop().isCurrent()));
          journal.add("submitted");
        });
    await("read 12 on loop true");
    List<String> lines = journal.lines();
    assertThat(lines.indexOf("submitted")).isLessThan(lines.indexOf("read 12 on loop true"));
  }

  @Test
  void givesEveryResultOnce() {
    PortWorld.Process process = world.newProcess("one");
    TestRole role = role(process, "role", 10);
    with(
        process,
        role,
        host -> {
          for (int i = 0; i < 500; i++) {
            host.readers().submit(i, view -> view + 1, sum -> journal.add("sum " + sum));
          }
        });
    world.runUntil(
        "all results",
        () -> journal.lines().stream().filter(line -> line.startsWith("sum")).count() == 500);
    for (int i = 1; i <= 500; i++) {
      assertThat(journal.lines()).contains("sum " + i);
    }
  }

  @Test
  void givesNullResultsToo() {
    PortWorld.Process process = world.newProcess("one");
    TestRole role = role(process, "role", 10);
    with(
        process,
        role,
        host -> host.readers().submit("view", view -> null, none -> journal.add("got " + none)));
    await("got null");
  }

  @Test
  void dropsTheResultsOfAStoppedRole() {
    PortWorld.Process process = world.newProcess("one");
    TestRole stopped = role(process, "stopped", 10);
    TestRole other = role(process, "other", 11);
    world.run(
        process,
        () -> {
          stopped.host.readers().submit(1, view -> view, view -> journal.add("read by stopped"));
          process.hosts().stop(10);
          other.host.readers().submit(1, view -> view, view -> journal.add("read by other"));
        });
    await("read by other");
    assertThat(journal.lines()).doesNotContain("read by stopped");
  }

  @Test
  void aResultIsAnEventThatEndsABatch() {
    PortWorld.Process process = world.newProcess("one");
    TestRole role = role(process, "role", 10);
    with(
        process,
        role,
        host -> host.readers().submit(1, view -> view, view -> journal.add("read it")));
    world.runUntil(
        "the end of the batch",
        () -> {
          List<String> lines = journal.lines();
          int read = lines.indexOf("read it");
          return read >= 0 && lines.subList(read, lines.size()).contains("role ends a batch");
        });
  }
}
