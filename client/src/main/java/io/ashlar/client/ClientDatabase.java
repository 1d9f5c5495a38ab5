package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Limits;
import io.ashlar.core.ReadVersions;
import io.ashlar.host.Loop;
import io.ashlar.host.RoleHosts;
import io.ashlar.message.GetValues;
import io.ashlar.message.Message;
import io.ashlar.message.Values;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** The front half of a database: what its transactions share. Thread-safe. */
final class ClientDatabase implements Database {
  private final RoleHosts hosts;
  private final long endpoint;
  private final Loop loop;
  private final ClientHost host;
  private final DatabaseOptions options;
  private final Mailbox mailbox;
  private final DirectReads directReads;
  private final KnownCommitted known;
  private final AtomicInteger watches = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Environment environment = new ClientEnvironment(this);

  /** For operations that belong to no transaction. */
  private final Session detached = new Session(null);

  ClientDatabase(
      RoleHosts hosts,
      long endpoint,
      Loop loop,
      ClientHost host,
      DatabaseOptions options,
      Mailbox mailbox,
      DirectReads directReads,
      KnownCommitted known) {
    this.hosts = hosts;
    this.endpoint = endpoint;
    this.loop = loop;
    this.host = host;
    this.options = options;
    this.mailbox = mailbox;
    this.directReads = directReads;
    this.known = known;
  }

  Session detached() {
    return detached;
  }

  <T> ClientFuture<T> newFuture() {
    return new ClientFuture<>(this);
  }

  <T> ClientFuture<T> completed(T value) {
    ClientFuture<T> future = newFuture();
    future.complete(value);
    return future;
  }

  <T> ClientFuture<T> failed(Throwable error) {
    ClientFuture<T> future = newFuture();
    future.completeExceptionally(error);
    return future;
  }

  ClientHost host() {
    return host;
  }

  /** What is known to be committed. */
  KnownCommitted known() {
    return known;
  }

  /** Sends an operation to the loop; when there is none any more it fails here and now. */
  void post(Operation operation) {
    if (!mailbox.post(operation)) {
      operation.failUnposted(mailbox.closedError());
    }
  }

  /**
   * Sends point reads of one session on their way.
   *
   * @param knownVersion their read version, or {@link Attempt#NO_VERSION}
   */
  void read(long knownVersion, PointRead... reads) {
    if (directReads != DirectReads.NONE) {
      new PointReads(this, reads).begin(knownVersion);
      return;
    }
    for (PointRead read : reads) {
      post(read);
    }
  }

  /**
   * Before the first read of a try that reads what one replica knows: if there is one in this
   * process, that is at hand. With the transaction's monitor held.
   */
  void chooseVersion(Attempt attempt) {
    Message reply =
        directReads == DirectReads.NONE
            ? null
            : answerDirectly(new GetValues(ReadVersions.KNOWN_COMMITTED, List.of()));
    // One that has just started, or that nobody gives versions to, is passed over for others.
    if (reply instanceof Values values
        && values.version() > 0
        && known.highest() - values.version() <= Limits.WINDOW_VERSIONS / 2) {
      attempt.fixVersion(values.version(), known);
    }
  }

  /** The reply to a read if it can be had beside the loop, else null. */
  Message answerDirectly(Message request) {
    return closed.get() ? null : directReads.answer(request);
  }

  /** Takes one of the places for watches; false when there is none. */
  boolean reserveWatch() {
    if (watches.incrementAndGet() > options.watchesMax()) {
      watches.decrementAndGet();
      return false;
    }
    return true;
  }

  void releaseWatch() {
    watches.decrementAndGet();
  }

  /** Fails when the calling thread is the loop, which must not wait. */
  void expectNoLoop() {
    if (loop.isCurrent()) {
      throw new AshlarException(ErrorCode.BLOCKED_FROM_NETWORK_THREAD);
    }
  }

  @Override
  public Transaction createTransaction() {
    return newTransaction();
  }

  private ClientTransaction newTransaction() {
    return new ClientTransaction(this, Consistency.STRONG, null);
  }

  @Override
  public CausalSession session() {
    return new ClientCausalSession(this);
  }

  @Override
  public ReadTransactionContext eventual() {
    return new EventualReads(this);
  }

  @Override
  public DatabaseOptions options() {
    return options;
  }

  @Override
  public Executor getExecutor() {
    return host.callbacks();
  }

  @Override
  public Environment environment() {
    return environment;
  }

  @Override
  public <T> T read(Function<? super ReadTransaction, T> body) {
    return RetryLoop.run(this, this::newTransaction, body, false);
  }

  @Override
  public <T> CompletableFuture<T> readAsync(
      Function<? super ReadTransaction, ? extends CompletableFuture<T>> body) {
    return new RetryLoop<T>(this, this::newTransaction, body, false).begin();
  }

  @Override
  public <T> T run(Function<? super Transaction, T> body) {
    return RetryLoop.run(this, this::newTransaction, body, true);
  }

  @Override
  public <T> CompletableFuture<T> runAsync(
      Function<? super Transaction, ? extends CompletableFuture<T>> body) {
    return new RetryLoop<T>(this, this::newTransaction, body, true).begin();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      loop.execute(() -> hosts.stop(endpoint));
    } catch (RejectedExecutionException e) {
      // The loop has stopped before, and with it everything that was pending.
      return;
    }
  }
}
