package io.ashlar.runtime;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The addresses that names of machines stand for. The system's resolver holds whoever asks it, for
 * many seconds when no server of names answers; so threads ask it that do nothing else, about each
 * name once at a time. Thread-safe.
 *
 * <p>Keeps no answers: the JDK does, by its own options.
 */
final class NameLookups {
  /** Whom to ask; takes as long as it takes. */
  interface Resolver {
    InetAddress find(String name) throws UnknownHostException;
  }

  /** Names that are looked up at a time. */
  static final int THREADS_MAX = 16;

  /** Names that wait for a thread; more are not found. */
  static final int WAITING_MAX = 256;

  private static final long IDLE_SECONDS = 10;

  private final Resolver resolver;
  private final ThreadPoolExecutor threads;
  private final ConcurrentHashMap<String, CompletableFuture<InetAddress>> underWay =
      new ConcurrentHashMap<>();

  /**
   * @param daemons makes the threads, which end when there is nothing to do
   */
  NameLookups(Resolver resolver, ThreadFactory daemons) {
    this.resolver = resolver;
    threads =
        new ThreadPoolExecutor(
            THREADS_MAX,
            THREADS_MAX,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_MAX),
            daemons);
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * The address of a name, or an {@link UnknownHostException}; after {@link #close} perhaps
   * neither. Does not wait. Who asks while the name is being looked up hears the same answer.
   */
  CompletableFuture<InetAddress> find(String name) {
    CompletableFuture<InetAddress> answer = new CompletableFuture<>();
    CompletableFuture<InetAddress> before = underWay.putIfAbsent(name, answer);
    if (before != null) {
      return before;
    }
    try {
      threads.execute(() -> lookUp(name, answer));
    } catch (RejectedExecutionException e) {
      underWay.remove(name);
      answer.completeExceptionally(
          new UnknownHostException(name + ": too many names are being looked up"));
    }
    return answer;
  }

  private void lookUp(String name, CompletableFuture<InetAddress> answer) {
    InetAddress found = null;
    Exception failure = null;
    try {
      found = resolver.find(name);
    } catch (UnknownHostException | RuntimeException e) {
      failure = e;
    }
    if (threads.isShutdown()) {
      return;
    }
    // Who asks from now on wants a newer answer.
    underWay.remove(name);
    if (failure == null) {
      answer.complete(found);
    } else {
      answer.completeExceptionally(failure);
    }
  }

  /** Tells nobody anything any more. Does not wait for the resolver. */
  void close() {
    threads.shutdownNow();
  }
}
