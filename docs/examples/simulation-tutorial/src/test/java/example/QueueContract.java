package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ashlar.client.Database;
import io.ashlar.simulation.Simulated;
import io.ashlar.simulation.SimulatedClient;
import io.ashlar.simulation.SimulatedProgram;
import io.ashlar.simulation.junit.SimulatedCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;

/** What must be true of a queue, whichever it is. */
abstract class QueueContract {
  abstract JobQueue queue(Database db);

  private static List<String> jobs() {
    return IntStream.range(0, 50).mapToObj(i -> "job-" + i).toList();
  }

  // snippet: queue-test
  @BeforeEach
  void addJobs(Database db) {
    jobs().forEach(queue(db)::add);
  }

  @SimulatedCluster(seeds = 100, busySeconds = 5)
  void everyJobIsDone(Simulated cluster, Database db) {
    List<SimulatedProgram<?>> workers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      workers.add(cluster.spawn("worker-" + i, this::work));
    }
    workers.forEach(SimulatedProgram::join);
    List<String> lost = new ArrayList<>(jobs());
    lost.removeIf(queue(db)::isDone);
    assertEquals(List.of(), lost, "jobs that nobody did");
  }

  private Void work(SimulatedClient client) {
    JobQueue queue = queue(client.database());
    String job = queue.take(client.name());
    while (job != null) {
      client.sleep(Duration.ofMillis(client.random().nextInt(500))); // the work itself
      queue.finish(client.name(), job);
      job = queue.take(client.name());
    }
    return null;
  }
  // end
}
