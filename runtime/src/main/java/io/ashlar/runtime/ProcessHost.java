package io.ashlar.runtime;

import io.ashlar.core.Check;
import io.ashlar.core.SeededRandom;
import io.ashlar.host.Disk;
import io.ashlar.host.Host;
import io.ashlar.host.Loop;
import io.ashlar.host.Role;
import io.ashlar.host.RoleHosts;
import io.ashlar.host.Trace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The production host of a process's roles: one loop on one thread, its sockets, its disk, its
 * readers. Any number of them can live in a JVM; they share nothing.
 *
 * <p>When a throwable comes out of a role, or a disk operation fails, the host stops at once:
 * nothing more is handled, sent or acknowledged, and the failure callback hears the cause. The host
 * is then to be closed, and its directory may be opened by another.
 *
 * <p>{@link #host}, {@link #start} and {@link #stop} are called on the loop, {@link #execute} and
 * the others from any thread.
 */
public final class ProcessHost implements RoleHosts, Loop, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessHost.class);

  private final String name;
  private final Trace trace;
  private final Consumer<Throwable> onFailure;
  private final SeededRandom random;
  private final RingLoop loop;
  private final ProcessNetwork network;
  private final Sockets sockets;
  private final Links links;
  private final ReaderPool readers;
  private final MemoryFiles memory;
  private final Path directory;
  private final DirectoryLock lock;
  private final DiskThread disk;
  private final Thread warmUp;
  private final AtomicBoolean closed = new AtomicBoolean();

  // Of the loop's thread alone.
  private final Map<Long, RoleSlot> made = new LinkedHashMap<>();
  private final Map<Long, RoleSlot> running = new LinkedHashMap<>();
  private final List<RoleSlot> touched = new ArrayList<>();
  private boolean allTouched;
  private long hostCount;

  private ProcessHost(Builder builder) throws IOException {
    name = builder.name;
    trace = builder.trace;
    onFailure = builder.onFailure;
    random = new SeededRandom(builder.seed);
    directory = builder.directory;
    memory = builder.memory;
    lock = directory == null ? null : DirectoryLock.take(directory);
    HostOptions options = builder.options;
    loop = new RingLoop("ashlar-" + name + "-loop", options, new Turns());
    network = new ProcessNetwork(loop, options, running::get);
    sockets = new Sockets(name, options, builder.portableSockets, builder.resolver);
    links = new Links(loop, options, sockets, network, random.fork("links"));
    try {
      String process = builder.listen == null ? name : listen(builder, options);
      // What is accepted from now on waits in the ring until the loop has started.
      links.open(process, builder.listen != null);
      network.open(process, links);
    } catch (IOException e) {
      sockets.shutDown();
      closeLock();
      throw e;
    }
    readers = new ReaderPool(name, loop, options.readerThreads());
    disk = directory == null ? null : new DiskThread(name, loop, builder.files, directory);
    warmUp = builder.hasPeers ? WarmUp.start(name) : null;
    loop.start();
    readers.start();
    if (disk != null) {
      disk.start();
    }
  }

  private String listen(Builder builder, HostOptions options) throws IOException {
    Links listener = links;
    InetSocketAddress bound =
        sockets.listen(
            builder.listen,
            () -> new Connection(loop, options, listener, builder.directAnswers, null));
    String host = builder.advertised == null ? builder.listen.getHostString() : builder.advertised;
    return ProcessAddress.format(host, bound.getPort());
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * The name by which roles of this process are addressed: {@code host:port} where it listens, else
   * the host's own name.
   */
  public String process() {
    return network.process();
  }

  // Roles

  @Override
  public Host host(String roleName, long endpoint, String folder) {
    checkOnLoop();
    RoleSlot slot = new RoleSlot(roleName, endpoint, touched);
    made.put(endpoint, slot);
    RoleEvents events = new RoleEvents(loop, slot);
    hostCount++;
    return new Host(
        loop,
        new RoleTimers(loop, slot),
        new RoleNetwork(slot, network),
        diskOf(events, folder),
        readers.readers(events),
        random.fork(roleName + "/" + endpoint + "/" + hostCount),
        new RoleTrace(trace, roleName),
        probe -> {},
        point -> false);
  }

  private Disk diskOf(RoleEvents events, String folder) {
    Disk root =
        disk == null ? new MemoryDisk(memory, events, "") : new FileDisk(disk, events, directory);
    return folder.isEmpty() ? root : root.under(folder);
  }

  @Override
  public void start(long endpoint, Role role) {
    checkOnLoop();
    RoleSlot slot = made.remove(endpoint);
    Check.that(slot != null, "no host was made for endpoint ", Long.toHexString(endpoint));
    RoleSlot before = running.put(endpoint, slot);
    Check.that(before == null, "a role runs already at endpoint ", Long.toHexString(endpoint));
    slot.start(role);
  }

  @Override
  public void stop(long endpoint) {
    checkOnLoop();
    RoleSlot slot = running.remove(endpoint);
    Check.that(slot != null, "no role runs at endpoint ", Long.toHexString(endpoint));
    slot.stop();
  }

  private void checkOnLoop() {
    Check.that(loop.isCurrent(), "roles are made, started and stopped on the loop of ", name);
  }

  // The loop

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public boolean isCurrent() {
    return loop.isCurrent();
  }

  /** What the loop does at the seams of its turns. */
  private final class Turns implements RingLoop.Owner {
    @Override
    public void onTask() {
      allTouched = true;
    }

    @Override
    public void onBatchEnd() {
      if (allTouched) {
        allTouched = false;
        running.values().forEach(RoleSlot::touch);
      }
      // Grows when the end of one role's batch starts another role.
      for (int i = 0; i < touched.size(); i++) {
        touched.get(i).endBatch();
      }
      touched.clear();
    }

    @Override
    public void onTurnEnd() {
      links.flush();
      if (disk != null) {
        disk.handOver();
      }
    }

    @Override
    public void onStopped(Throwable failure) {
      sockets.stopListening();
      links.close();
      if (failure != null) {
        LOG.error("the host {} stops", name, failure);
        onFailure.accept(failure);
      }
    }
  }

  /** Cuts all connections, as a broken network would; the roles live on. From any thread. */
  void cutConnections() {
    loop.execute(() -> links.cutAll("cut"));
  }

  /** Stops the host as a failure of a role does. From any thread. */
  public void fail(Throwable cause) {
    loop.fail(cause);
  }

  /** Why it stops by itself, as soon as that is decided; null while nothing has stopped it. */
  public Throwable failure() {
    return loop.failure();
  }

  // The end

  /**
   * Stops all roles, finishes what they asked of the disk, and ends all threads. What a role has to
   * do before, it has to be asked for before. Called on the loop it returns at once and the rest
   * follows; from elsewhere it returns when everything has ended.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (loop.isCurrent()) {
      loop.enqueue(this::stopRoles);
      Thread closer = new Thread(this::closeThreads, "ashlar-" + name + "-close");
      closer.setDaemon(true);
      closer.start();
    } else {
      loop.publish(this::stopRoles);
      closeThreads();
    }
  }

  /** An event: the last one of the loop. */
  private void stopRoles() {
    List<Long> endpoints = new ArrayList<>(running.keySet());
    for (int i = endpoints.size() - 1; i >= 0; i--) {
      // A role may have stopped others.
      if (running.containsKey(endpoints.get(i))) {
        stop(endpoints.get(i));
      }
    }
    links.flush();
    if (disk != null) {
      disk.handOver();
    }
    loop.halt();
  }

  private void closeThreads() {
    try {
      loop.awaitStopped();
      if (warmUp != null) {
        warmUp.join();
      }
      sockets.close();
      readers.close();
      if (disk != null) {
        disk.close(loop.hasFailed());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeLock();
    }
  }

  private void closeLock() {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      LOG.warn("the lock of {} could not be given up", directory, e);
    }
  }

  /** What a host is to be. */
  public static final class Builder {
    private String name = "host";
    private InetSocketAddress listen;
    private String advertised;
    private Path directory;
    private FileLayer files = new NioFiles();
    private MemoryFiles memory;
    private Trace trace = RoleTrace.NONE;
    private Consumer<Throwable> onFailure = cause -> {};
    private HostOptions options = HostOptions.defaults();
    private boolean hasPeers;
    private boolean portableSockets;
    private NameLookups.Resolver resolver = InetAddress::getByName;
    private DirectAnswers directAnswers = DirectAnswers.NONE;
    private long seed = new SecureRandom().nextLong();

    private Builder() {}

    /** In the names of threads, and the process's name when it does not listen. */
    public Builder name(String hostName) {
      name = hostName;
      return this;
    }

    /**
     * Accepts connections at this address; port 0 lets the system choose one. Without this the
     * process can connect to others, but not be connected to.
     */
    public Builder listen(String host, int port) {
      listen = new InetSocketAddress(host, port);
      return hasPeers();
    }

    /**
     * It will talk to other processes at once: what that needs is loaded while it starts. Implied
     * by {@link #listen}.
     */
    public Builder hasPeers() {
      hasPeers = true;
      return this;
    }

    /** The host others connect to, when it is not the one that is listened at. */
    public Builder advertise(String host) {
      advertised = host;
      return this;
    }

    /** Keeps files in this directory, which is locked against others. */
    public Builder directory(Path data) {
      directory = data;
      memory = null;
      return this;
    }

    /** Keeps files in memory. */
    public Builder inMemory() {
      return inMemory(new MemoryFiles());
    }

    /** Keeps files in memory, on what an earlier host has left there. */
    public Builder inMemory(MemoryFiles content) {
      directory = null;
      memory = content;
      return this;
    }

    /** In place of the machine's own files; for tests. */
    public Builder fileLayer(FileLayer layer) {
      files = layer;
      return this;
    }

    /** Hears the events of all roles, from the loop; the key {@code role} names the role. */
    public Builder trace(Trace sink) {
      trace = sink;
      return this;
    }

    /**
     * Hears, at most once and from the loop's thread as the last thing it does, why the host
     * stopped by itself. It must not block.
     */
    public Builder onFailure(Consumer<Throwable> callback) {
      onFailure = callback;
      return this;
    }

    public Builder options(HostOptions bounds) {
      options = bounds;
      return this;
    }

    /** Of all random draws; by default different every time. */
    public Builder seed(long randomSeed) {
      seed = randomSeed;
      return this;
    }

    /** Answers what can be answered without the loop; see there. */
    public Builder directAnswers(DirectAnswers answers) {
      directAnswers = answers;
      return this;
    }

    /** Sockets as they are where the system has no better way. */
    Builder portableSockets() {
      portableSockets = true;
      return this;
    }

    /** Whom to ask for what names stand for, in place of the system. */
    Builder resolver(NameLookups.Resolver asked) {
      resolver = asked;
      return this;
    }

    /**
     * Makes the host and starts its threads.
     *
     * @throws IOException when the address or the directory cannot be used
     * @throws io.ashlar.core.AshlarException with DIRECTORY_IN_USE when another host has the
     *     directory
     */
    public ProcessHost open() throws IOException {
      if (directory == null && memory == null) {
        memory = new MemoryFiles();
      }
      return new ProcessHost(this);
    }
  }
}
