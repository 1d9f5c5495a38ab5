package io.ashlar.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * How the front half of a client sees the process it is in, as its role sees it through {@link
 * io.ashlar.host.Host}. Called from any thread.
 *
 * <p>Not for programs: how {@code embedded} and the simulator put a client together. Use {@code
 * io.ashlar.Ashlar}.
 */
public interface ClientHost {
  /** As {@code limitNanos}: as long as it takes. */
  long NO_LIMIT = Long.MAX_VALUE;

  /**
   * Where futures complete and what depends on them runs; never the loop itself, and not an
   * executor that runs a task in the thread that hands it over.
   */
  Executor callbacks();

  /** Monotonic nanoseconds from an arbitrary origin. */
  long nowNanos();

  /** A generator of its own for who asks; used by one thread at a time. */
  RandomGenerator newRandom();

  /**
   * A thread is about to wait for {@code future}, which is not done. An interrupt does not end a
   * wait in here, and is kept.
   *
   * @param limitNanos how long at most, or {@link #NO_LIMIT}
   * @return true when the wait is over: the future is done or the time has passed. False when the
   *     thread is to wait in the way of the JDK
   */
  boolean await(CompletableFuture<?> future, long limitNanos);
}
