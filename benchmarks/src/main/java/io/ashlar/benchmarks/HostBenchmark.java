package io.ashlar.benchmarks;

import io.ashlar.core.Bytes;
import io.ashlar.host.DurableFile;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Role;
import io.ashlar.message.Address;
import io.ashlar.message.LiveVersion;
import io.ashlar.message.ReportCommitted;
import io.ashlar.runtime.ProcessHost;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What the production host costs: a message between two roles of a loop, a task from another
 * thread, an append with its sync, a request over a socket. Each beside the plainest thing that
 * does the same, in the same run: a rate alone says little on a machine that others use.
 *
 * <p>Arguments: a scratch directory, and seconds for each part (2).
 */
public final class HostBenchmark {
  private static final int FILE_BYTES = 64 << 20;
  private static final long MANY_NANOS = 60_000_000_000L;

  private final Path scratch;
  private final long partNanos;

  private HostBenchmark(Path scratch, long partNanos) {
    this.scratch = scratch;
    this.partNanos = partNanos;
  }

  public static void main(String[] arguments) throws Exception {
    Path scratch = Path.of(arguments.length > 0 ? arguments[0] : "target/host-benchmark");
    long seconds = arguments.length > 1 ? Long.parseLong(arguments[1]) : 2;
    Files.createDirectories(scratch);
    HostBenchmark benchmark = new HostBenchmark(scratch, seconds * 1_000_000_000L);
    String only = arguments.length > 2 ? arguments[2] : "";
    if (only.isEmpty() || only.equals("hop")) {
      benchmark.localRequests();
    }
    if (only.isEmpty() || only.equals("task")) {
      benchmark.tasks();
    }
    if (only.isEmpty() || only.equals("disk")) {
      benchmark.syncs();
    }
    if (only.isEmpty() || only.equals("tcp")) {
      benchmark.requestsOverSockets();
    }
  }

  // Measuring

  /** Something done again and again. */
  private interface Part {
    /** Does it until the time is over, and gives how often. */
    long run(long untilNanos) throws Exception;
  }

  /** Runs once to warm up, then measures; gives the rate a second. */
  private double measure(String name, Part part) throws Exception {
    part.run(System.nanoTime() + partNanos);
    long cpuBegin = cpuNanos();
    long begin = System.nanoTime();
    long count = part.run(begin + partNanos);
    long wall = System.nanoTime() - begin;
    long cpu = cpuNanos() - cpuBegin;
    double rate = count * 1e9 / wall;
    System.out.printf(
        Locale.ROOT, "%-44s %,12.0f /s %,10.0f ns of CPU each%n", name, rate, cpu / (double) count);
    return rate;
  }

  private static void ratio(String name, double rate, double baseline) {
    System.out.printf(Locale.ROOT, "%-44s %12.2f%n", name + " / baseline", rate / baseline);
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  // Roles

  /** Answers every request with its number. */
  private static final class Answering implements Role {
    private final Host host;

    Answering(Host host) {
      this.host = host;
    }

    @Override
    public void start() {}

    @Override
    public void onMessage(Inbound inbound) {
      ReportCommitted request = (ReportCommitted) inbound.message();
      host.network().reply(inbound, new LiveVersion(request.version()));
    }

    @Override
    public void onBatchEnd() {}

    @Override
    public void stop() {}
  }

  /** Keeps a number of requests under way until the time is over. */
  private static final class Asking implements Role, ReplyHandler<LiveVersion> {
    private final Host host;
    private Address to;
    private int depth;
    private long untilNanos;
    private long count;
    private CountDownLatch done;

    Asking(Host host) {
      this.host = host;
    }

    void begin(Address whom, int underWay, long until, CountDownLatch finished) {
      to = whom;
      depth = underWay;
      untilNanos = until;
      count = 0;
      done = finished;
      for (int i = 0; i < underWay; i++) {
        ask();
      }
    }

    private void ask() {
      host.network().request(to, new ReportCommitted(count), LiveVersion.class, MANY_NANOS, this);
    }

    @Override
    public void onReply(LiveVersion reply) {
      count++;
      if ((count & 63) != 0 || System.nanoTime() < untilNanos) {
        if (depth > 0) {
          ask();
        }
      } else {
        depth = 0;
        done.countDown();
      }
    }

    @Override
    public void onFailure(Failure failure) {
      throw new IllegalStateException("a request failed: " + failure);
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

  private static void startAnswering(ProcessHost host) {
    host.execute(() -> host.start(1, new Answering(host.host("answering", 1, "answering"))));
  }

  private static Asking startAsking(ProcessHost host) throws InterruptedException {
    AtomicReference<Asking> asking = new AtomicReference<>();
    CountDownLatch started = new CountDownLatch(1);
    host.execute(
        () -> {
          asking.set(new Asking(host.host("asking", 2, "asking")));
          host.start(2, asking.get());
          started.countDown();
        });
    started.await();
    return asking.get();
  }

  private static long ask(ProcessHost from, Asking asking, Address to, int depth, long untilNanos)
      throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    from.execute(() -> asking.begin(to, depth, untilNanos, done));
    done.await();
    return asking.count;
  }

  // Parts

  private void localRequests() throws Exception {
    try (ProcessHost host = ProcessHost.builder().name("local").open()) {
      startAnswering(host);
      Asking asking = startAsking(host);
      Address to = new Address(host.process(), 1);
      for (int depth : new int[] {1, 64, 10_000}) {
        measure(
            "local request and reply, " + depth + " under way",
            until -> ask(host, asking, to, depth, until));
      }
    }
  }

  private void tasks() throws Exception {
    double queue = measure("baseline: LinkedBlockingQueue", HostBenchmark::throughQueue);
    try (ProcessHost host = ProcessHost.builder().name("tasks").open()) {
      double one = measure("task from another thread", until -> throughLoop(host, until));
      ratio("task", one, queue);
      measure("task from another thread and back", until -> roundTrips(host, until));
    }
  }

  private static long throughQueue(long untilNanos) throws Exception {
    LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>(4096);
    long[] count = new long[1];
    Thread consumer =
        new Thread(
            () -> {
              try {
                List<Runnable> batch = new ArrayList<>();
                while (count[0] >= 0) {
                  batch.add(queue.take());
                  queue.drainTo(batch, 255);
                  batch.forEach(Runnable::run);
                  batch.clear();
                }
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    consumer.start();
    long handed = 0;
    while ((handed & 255) != 0 || System.nanoTime() < untilNanos) {
      queue.put(() -> count[0]++);
      handed++;
    }
    queue.put(() -> count[0] = Long.MIN_VALUE);
    consumer.join();
    return handed;
  }

  private static long throughLoop(ProcessHost host, long untilNanos) throws Exception {
    long[] count = new long[1];
    long handed = 0;
    while ((handed & 255) != 0 || System.nanoTime() < untilNanos) {
      host.execute(() -> count[0]++);
      handed++;
    }
    CountDownLatch done = new CountDownLatch(1);
    host.execute(done::countDown);
    done.await();
    return count[0];
  }

  private static long roundTrips(ProcessHost host, long untilNanos) throws Exception {
    long count = 0;
    while (System.nanoTime() < untilNanos) {
      CountDownLatch done = new CountDownLatch(1);
      host.execute(done::countDown);
      done.await();
      count++;
    }
    return count;
  }

  private void syncs() throws Exception {
    for (int bytes : new int[] {4 << 10, 64 << 10, 1 << 20}) {
      double plain = measure("baseline: write + force, " + bytes, until -> plain(bytes, until));
      Path directory = Files.createTempDirectory(scratch, "disk");
      try (ProcessHost host = ProcessHost.builder().name("disk").directory(directory).open()) {
        double port = measure("append + sync, " + bytes, until -> synced(host, bytes, 1, until));
        ratio("append + sync", port, plain);
        double grouped =
            measure("append + sync, 16 under way", until -> synced(host, bytes / 16, 16, until));
        ratio("append + sync of a sixteenth each", grouped, plain);
      }
    }
  }

  private long plain(int bytes, long untilNanos) throws IOException {
    long count = 0;
    while (System.nanoTime() < untilNanos) {
      count += plainFile(bytes, untilNanos);
    }
    return count;
  }

  /** Fills one file as the host does: reserved with zeros, then write and force by turns. */
  private long plainFile(int bytes, long untilNanos) throws IOException {
    Path file = scratch.resolve("plain");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
      for (long at = 0; at < FILE_BYTES; at += zeros.capacity()) {
        zeros.clear();
        channel.write(zeros, at);
      }
      channel.force(true);
      ByteBuffer content = ByteBuffer.allocateDirect(bytes);
      long count = 0;
      while (count * bytes < FILE_BYTES && System.nanoTime() < untilNanos) {
        content.clear();
        channel.write(content, count * bytes);
        channel.force(false);
        count++;
      }
      return count;
    } finally {
      Files.delete(file);
    }
  }

  /** Appends and syncs in files of 64 MiB, a number of them under way. */
  private static final class Syncing {
    private final Host host;
    private final Bytes content;
    private final long untilNanos;
    private final CountDownLatch done;
    private DurableFile file;
    private boolean opening;
    private int fileCount;
    private long count;
    private int underWay;

    Syncing(Host host, int bytes, long untilNanos, CountDownLatch done) {
      this.host = host;
      this.content = Bytes.wrap(new byte[bytes]);
      this.untilNanos = untilNanos;
      this.done = done;
    }

    void begin(int depth) {
      host.disk()
          .open(
              "file-" + untilNanos + "-" + fileCount++,
              FILE_BYTES,
              opened -> {
                file = opened;
                opening = false;
                for (int i = underWay; i < depth; i++) {
                  append(depth);
                }
              });
    }

    private void append(int depth) {
      underWay++;
      file.append(content);
      file.sync(
          () -> {
            underWay--;
            count++;
            if (System.nanoTime() >= untilNanos) {
              done.countDown();
            } else if (file.size() + content.length() <= FILE_BYTES) {
              append(depth);
            } else if (underWay == 0 && !opening) {
              opening = true;
              begin(depth);
            }
          });
    }
  }

  private static long synced(ProcessHost host, int bytes, int depth, long untilNanos)
      throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    AtomicReference<Syncing> syncing = new AtomicReference<>();
    host.execute(
        () -> {
          syncing.set(new Syncing(host.host("syncing", 3, "syncing"), bytes, untilNanos, done));
          syncing.get().begin(depth);
        });
    done.await();
    return syncing.get().count;
  }

  private void requestsOverSockets() throws Exception {
    try (ProcessHost server = ProcessHost.builder().name("server").listen("127.0.0.1", 0).open();
        ProcessHost client = ProcessHost.builder().name("client").open()) {
      startAnswering(server);
      Asking asking = startAsking(client);
      Address to = new Address(server.process(), 1);
      for (int depth : new int[] {1, 32, 256, 4096}) {
        measure(
            "request over a socket, " + depth + " under way",
            until -> ask(client, asking, to, depth, until));
      }
    }
  }
}
