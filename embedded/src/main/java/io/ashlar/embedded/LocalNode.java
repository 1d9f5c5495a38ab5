package io.ashlar.embedded;

import io.ashlar.client.Client;
import io.ashlar.client.Database;
import io.ashlar.client.DatabaseAddress;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.control.ControllerCandidate;
import io.ashlar.control.Coordinator;
import io.ashlar.control.CoordinatorOptions;
import io.ashlar.control.Membership;
import io.ashlar.control.Worker;
import io.ashlar.control.WorkerOptions;
import io.ashlar.control.WorkerPlace;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.leader.FollowOptions;
import io.ashlar.leader.ViewFollower;
import io.ashlar.message.Candidate;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Endpoints;
import io.ashlar.runtime.ProcessHost;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A node in this JVM: one loop with a coordinator, a candidate for the controller, a worker that
 * hosts roles, and the clients made here. By itself it is a whole cluster. Any number can live in a
 * JVM. Thread-safe.
 */
public final class LocalNode implements AutoCloseable {
  private static final long READY_SECONDS_MAX = 60;
  private static final long TELL_SECONDS = 5;
  private static final long CLOSE_SECONDS_MAX = 60;
  private static final long FIRST_CLIENT = 1L << 32;

  private final NodeOptions options;
  private final StoreDirectory directory;
  private final ProcessHost host;
  private final ClientRoleHosts clientHosts;
  private final Callbacks callbacks;
  private final PublishedViews views = new PublishedViews(this::onBroken);

  /** Writes what the directory says of the node, which the loop must not wait for. */
  private final ExecutorService bookkeeping =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "ashlar-bookkeeping");
            thread.setDaemon(true);
            return thread;
          });

  private final NodeEngines engines;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicLong clients = new AtomicLong();
  private final CompletableFuture<ClusterView> firstView = new CompletableFuture<>();
  private final AtomicReference<String> waitsFor =
      new AtomicReference<>("no majority of the coordinators has named a controller yet");

  /** Known before the roles start. */
  private volatile NodeMembership membership;

  // Of the loop alone.
  private Coordinator coordinator;
  private Worker worker;
  private ControllerCandidate candidate;
  private ViewFollower follower;

  private LocalNode(NodeOptions options, StoreDirectory directory) throws IOException {
    this.options = options;
    this.directory = directory;
    String name = directory == null ? "memory" : directory.path().getFileName().toString();
    callbacks = new Callbacks(name);
    ProcessHost.Builder builder =
        ProcessHost.builder().name(name).options(options.host()).onFailure(this::onFailure);
    if (directory == null) {
      builder.inMemory();
    } else {
      builder.directory(directory.files());
    }
    if (options.listenHost() != null) {
      builder.listen(options.listenHost(), options.listenPort()).directAnswers(views);
    }
    if (options.files() != null) {
      builder.fileLayer(options.files());
    }
    if (options.trace() != null) {
      builder.trace(options.trace());
    }
    host = builder.open();
    clientHosts = new ClientRoleHosts(host);
    engines = new NodeEngines(directory, host, bookkeeping);
  }

  /**
   * Starts a node and waits until its database accepts commits.
   *
   * @throws AshlarException when the directory is in use, of another version, or unusable, when a
   *     file is corrupt, or the address cannot be listened at
   */
  public static LocalNode start(NodeOptions options) {
    LocalNode node = begin(options);
    try {
      node.awaitReady();
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
    return node;
  }

  /**
   * Starts a node and does not wait: its database may need others that come later.
   *
   * @throws AshlarException when the directory is in use, of another version, or unusable, or the
   *     address cannot be listened at
   */
  public static LocalNode begin(NodeOptions options) {
    StoreDirectory directory =
        options.directory() == null ? null : new StoreDirectory(options.directory());
    if (directory != null) {
      directory.prepare();
    }
    LocalNode node;
    try {
      node = new LocalNode(options, directory);
    } catch (IOException e) {
      String where = directory == null ? options.listenHost() : directory.path().toString();
      throw new AshlarException(
          ErrorCode.IO_ERROR, "cannot start on " + where + ": " + e.getMessage(), e);
    }
    try {
      node.join();
      node.startRoles();
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
    return node;
  }

  /** Which database it belongs to is durable before any role starts. */
  private void join() {
    NodeMembership known = directory == null ? null : directory.membership();
    ClusterFile given = options.cluster();
    if (known != null) {
      membership = given == null ? known : known.startedWith(given, directory.path().toString());
    } else if (given != null) {
      membership =
          options.creates() ? NodeMembership.founding(given) : NodeMembership.joined(given);
    } else {
      membership = NodeMembership.first(Uid.draw(new SecureRandom()));
    }
    if (!membership.isAlone() && options.listenHost() == null) {
      throw needsOthers(
          "the node belongs to the cluster "
              + membership.clusterFile(host.process())
              + ", whose other nodes must reach it");
    }
    if (directory != null) {
      directory.checkWhole(membership, host.process());
      directory.begin(membership);
    } else if (!membership.isAlone() && membership.isCoordinator(host.process())) {
      throw new AshlarException(
          ErrorCode.CLIENT_INVALID_OPERATION,
          "a node in memory is no coordinator: " + host.process() + " forgets what it promised");
    }
  }

  /** A store that is not whole without others is served, and not opened by one program alone. */
  private static AshlarException needsOthers(String why) {
    return new AshlarException(
        ErrorCode.CLIENT_INVALID_OPERATION,
        why
            + ": start it with an address to listen at (`ashlar start --dir DIR --listen HOST:PORT`),"
            + " and connect with its cluster file");
  }

  /**
   * The database is there: from now on this node does not begin anew. Durable before anybody hears
   * from it that it is ready.
   */
  private synchronized void afterCreation() {
    if (!membership.created()) {
      NodeMembership next = membership.afterCreation();
      if (directory != null) {
        directory.write(next);
      }
      membership = next;
    }
  }

  private void writeMoved(CoordinatorSet next) {
    try {
      onMoved(next);
    } catch (AshlarException cannotWrite) {
      host.fail(cannotWrite);
    }
  }

  /** A later life of the node, and clients that connect later, begin with the next coordinators. */
  private synchronized void onMoved(CoordinatorSet next) {
    NodeMembership moved = membership.at(next);
    if (directory == null) {
      membership = moved;
    } else if (directory.hasRegister(moved, host.process())) {
      directory.write(moved);
      membership = moved;
      directory.write(clusterFile());
    }
    // Otherwise it is one of them and has not heard of it yet: those before will say so again.
  }

  private void startRoles() {
    host.execute(
        () -> {
          Membership known = membership.asOf(host.process());
          coordinator =
              new Coordinator(
                  host.host("coordinator", Endpoints.COORDINATOR, "coordinator"),
                  CoordinatorOptions.of(options.controller().election()),
                  known);
          host.start(Endpoints.COORDINATOR, coordinator);
          candidate =
              new ControllerCandidate(
                  host.host("controller-candidate", Endpoints.CANDIDATE, "candidate"),
                  host,
                  known,
                  0,
                  options.controller(),
                  options.configuration());
          host.start(Endpoints.CANDIDATE, candidate);
          host.start(
              Endpoints.PROCESS,
              new ProcessStatus(
                  host.host("process-status", Endpoints.PROCESS, "process-status"),
                  directory,
                  views::answeredCount));
          Host workerHost = host.host("worker", Endpoints.WORKER, "");
          worker =
              new Worker(
                  workerHost,
                  host,
                  new RoleAssembly(options.roles(), engines, views::of),
                  known,
                  WorkerOptions.defaults(place()),
                  next -> bookkeeping.execute(() -> writeMoved(next)));
          host.start(Endpoints.WORKER, worker);
          follower = new ViewFollower(workerHost, FollowOptions.defaults(), new FirstView());
          follower.follow(known.coordinators());
        });
  }

  /** What was not said follows from its address. */
  private WorkerPlace place() {
    WorkerPlace said = options.place();
    String process = host.process();
    int port = process.lastIndexOf(':');
    String machine = port < 0 ? process : process.substring(0, port);
    return new WorkerPlace(
        said.zone() == null ? process : said.zone(),
        said.machine() == null ? machine : said.machine(),
        said.workerClass());
  }

  /** Hears the first view, or why there will be none. */
  private final class FirstView implements ViewFollower.Listener {
    @Override
    public boolean accept(ClusterView told) {
      if (!told.databaseId().equals(membership.databaseId())) {
        waitsFor.set("database " + told.databaseId() + " answers at " + follower.controller());
        return false;
      }
      return true;
    }

    @Override
    public void onAccepted(ClusterView before, ClusterView now) {
      follower.stop();
      boolean isOpenedAlone = directory != null && options.listenHost() == null;
      long elsewhere = isOpenedAlone ? directory.storagesElsewhere(now, host.process()) : 0;
      if (elsewhere > 0) {
        firstView.completeExceptionally(
            needsOthers(
                elsewhere
                    + " of the "
                    + now.storages().size()
                    + " storage servers of its database are on other nodes, which must reach it"));
        return;
      }
      // The others may have a database without this one: that it is a coordinator which has lost
      // its register must be told before, not after it said that it is ready.
      waitsFor.set("this coordinator has not heard from all the others");
      coordinator.whenFounded(() -> firstView.complete(now));
    }

    @Override
    public void onLeader(Candidate leader) {}

    @Override
    public void onNoView(Failure failed) {
      boolean isDetailed = !failed.detail().isEmpty();
      waitsFor.set(
          isDetailed
              ? failed.detail()
              : "the controller at " + follower.controller() + " is silent");
      boolean isHeldUp =
          failed.isRefusal(ErrorCode.FILE_CORRUPT) || failed.isRefusal(ErrorCode.DIRECTORY_VERSION);
      // When there are other nodes one of them may have what is missing, and bring it back. One
      // that others can reach stays and tells what is wrong.
      boolean isOnlyOne = membership.isAlone() && options.listenHost() == null;
      if (isOnlyOne && isHeldUp) {
        firstView.completeExceptionally(new AshlarException(failed.code(), failed.detail()));
        follower.stop();
      }
    }

    @Override
    public void onMoved(CoordinatorSet next) {}
  }

  private void awaitReady() {
    try {
      firstView.get(READY_SECONDS_MAX, TimeUnit.SECONDS);
      afterCreation();
    } catch (TimeoutException e) {
      throw new AshlarException(
          ErrorCode.TIMED_OUT,
          "the database did not become available within "
              + READY_SECONDS_MAX
              + " s: "
              + waitsFor.get(),
          e);
    } catch (ExecutionException e) {
      throw asError(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AshlarException(ErrorCode.OPERATION_CANCELLED, "interrupted while opening", e);
    }
  }

  /**
   * Whether its database has accepted commits since it was begun.
   *
   * @throws AshlarException when it never will, since a file is corrupt
   */
  public boolean isReady() {
    if (firstView.isDone()) {
      awaitReady();
    }
    return firstView.isDone();
  }

  /** What it was told last of why it is not ready, for people. */
  public String waitsFor() {
    return waitsFor.get();
  }

  private static AshlarException asError(Throwable cause) {
    if (cause instanceof AshlarException known) {
      return new AshlarException(known.code(), known.detail(), known);
    }
    return new AshlarException(ErrorCode.INTERNAL_ERROR, "the worker stopped: " + cause, cause);
  }

  /** A broken invariant of a storage server showed on a thread that read from it. */
  private void onBroken(Throwable cause) {
    host.fail(cause);
  }

  /** The loop's last act. */
  private void onFailure(Throwable cause) {
    failure.set(cause);
    views.stop();
    firstView.completeExceptionally(cause);
    clientHosts.onLoopDied();
  }

  /** Stops the node as a failure of a role does; for tests. Repeatable, and returns at once. */
  public void stopBecause(Throwable cause) {
    host.fail(cause);
  }

  /**
   * Why the node stopped by itself, or null. Known before anything is refused because of it, and so
   * before the loop has ended.
   */
  public Throwable failure() {
    Throwable cause = failure.get();
    return cause != null ? cause : host.failure();
  }

  /** Where it listens, as {@code host:port}; else the node's own name. */
  public String process() {
    return host.process();
  }

  /** What {@code ashlar.cluster} says of it. */
  public ClusterFile clusterFile() {
    return membership.clusterFile(host.process());
  }

  /** Asks the node's roles how they are; to be closed before the node. */
  public StatusProbe statusProbe() {
    return StatusProbe.on(host, membership.databaseId(), coordinators());
  }

  PublishedViews views() {
    return views;
  }

  private CoordinatorSet coordinators() {
    return membership.asOf(host.process()).coordinators();
  }

  /** A client on the node's own loop. Closing it leaves the node running. */
  public Database connect(DatabaseOptions database) {
    Throwable cause = failure.get();
    if (cause != null) {
      throw asError(cause);
    }
    isReady();
    return Client.connect(
        clientHosts,
        FIRST_CLIENT + clients.getAndIncrement(),
        host,
        callbacks,
        new DatabaseAddress(coordinators(), membership.databaseId().toString()),
        database,
        views,
        this::failure);
  }

  /** Stores and flushes what may be, then stops. Repeatable; waits. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    CountDownLatch quiet = new CountDownLatch(1);
    if (failure.get() == null && firstView.isDone() && !firstView.isCompletedExceptionally()) {
      try {
        // What is stored and flushed needs the epoch; then another node may lead at once.
        host.execute(() -> worker.close(() -> candidate.close(quiet::countDown)));
        awaitQuiet(quiet);
      } catch (RejectedExecutionException e) {
        // It stopped by itself meanwhile: there is nothing left to flush with.
        quiet.countDown();
      }
    }
    host.close();
    engines.crash();
    bookkeeping.shutdown();
    awaitEnd(bookkeeping);
    engines.close();
    callbacks.close();
  }

  private void awaitQuiet(CountDownLatch quiet) {
    try {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS_MAX);
      while (failure.get() == null
          && System.nanoTime() < deadline
          && !quiet.await(20, TimeUnit.MILLISECONDS)) {
        // A failure of the node ends the wait too.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits, for a bounded time, until one that was shut down has done what it had to. */
  static void awaitEnd(ExecutorService thread) {
    try {
      thread.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
