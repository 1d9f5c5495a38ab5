package io.ashlar.simulation.program;

import io.ashlar.core.Check;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.SuppressForbidden;
import io.ashlar.simulation.world.SimHandle;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The threads of a world for code that waits: programs of simulated clients, and what depends on
 * their futures.
 *
 * <p>They are real threads, but of all of them and the world's own exactly one runs at any time. An
 * event of a program's process gives the turn to the program's thread, and the event ends when that
 * thread waits or has ended. When what it waits for is there, that makes another event, in which it
 * gets the turn again. So the order in which threads run is the order of events, and comes from the
 * seed.
 *
 * <p>Where a thread waits for something else the turn does not come back. After a limit of real
 * time the run fails with the place where it stands.
 */
public final class ProgramThreads implements AutoCloseable {
  /** The names of all threads begin with it. */
  public static final String NAME = "simulated";

  /** How long at most a thread needs to run on when what it waits for is there. */
  private static final long WAKE_NANOS_MAX = 100_000;

  private static final long JOIN_MILLIS_MAX = 5_000;
  private static final long LOST_JOIN_MILLIS_MAX = 500;

  private final SimWorld world;
  private final BlockedThreadWatch watch;
  private final SeededRandom random;
  private final Turn turn = new Turn();
  private final List<ProgramThread> all = new ArrayList<>();
  private final ArrayDeque<ProgramThread> idle = new ArrayDeque<>();
  private final List<ProgramThread> lost = new CopyOnWriteArrayList<>();
  private volatile ProgramThread running;
  private volatile Thread driver;
  private volatile Throwable intruder;

  /**
   * @param limitNanos of real time for which a thread may keep its turn; 0 for ever
   */
  public ProgramThreads(SimWorld world, long limitNanos) {
    this.world = world;
    this.watch = new BlockedThreadWatch(limitNanos, this::isProgram);
    this.random = world.random("program threads");
  }

  @SuppressForbidden("programs that wait need threads; they take turns")
  static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** The calling thread is the world's: it alone runs events from now on. */
  public void drive() {
    driver = Thread.currentThread();
  }

  /**
   * As an event of {@code process}: runs {@code task} in a thread where it may wait; returns when
   * it waits or has ended. What it throws comes out here, unless its process has died.
   *
   * @param label who it is, for people
   */
  public void run(SimProcess process, String label, Runnable task) {
    ProgramThread thread = idle.poll();
    if (thread == null) {
      thread = new ProgramThread(this, turn, all.size() + 1);
      all.add(thread);
    }
    thread.assign(process, label, task);
    proceed(thread);
  }

  private void proceed(ProgramThread thread) {
    Check.that(running == null, "two programs at a time: ", thread.label());
    turn.take();
    running = thread;
    thread.proceed();
    try {
      watch.awaitBack(turn, thread);
    } catch (ThreadBlocked e) {
      // From here on it runs beside the world, and is told so at its next call.
      turn.take();
      thread.markDead();
      lost.add(thread);
      throw e;
    } finally {
      running = null;
    }
    if (thread.isBusy()) {
      return;
    }
    idle.push(thread);
    Throwable thrown = thread.takeThrown();
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
    Check.that(thrown == null, "a task threw ", thrown);
  }

  /**
   * In a program: gives the turn back until {@code future} is done.
   *
   * @param limitNanos how long at most by the process's clock; {@link Long#MAX_VALUE} for ever
   * @param what it is, for people
   */
  public void await(CompletableFuture<?> future, long limitNanos, String what) {
    ProgramThread self = expectProgram();
    Wake wake = new Wake(self);
    SimHandle timer =
        limitNanos == Long.MAX_VALUE
            ? () -> {}
            : self.process().afterAsUser(Math.min(limitNanos, 1L << 60), wake::now);
    future.whenComplete((value, error) -> wake.soon());
    self.pause(what);
    timer.cancel();
  }

  /** Ends one wait, once. */
  private final class Wake {
    private final ProgramThread sleeper;
    private boolean ended;

    Wake(ProgramThread sleeper) {
      this.sleeper = sleeper;
    }

    /** In an event of the sleeper's process. */
    void now() {
      if (!ended) {
        ended = true;
        proceed(sleeper);
      }
    }

    /** From whoever has the turn. */
    void soon() {
      expectTurn("completes a future that a program waits for");
      if (!ended) {
        ended = true;
        sleeper.process().afterAsUser(random.nextLong(WAKE_NANOS_MAX), () -> proceed(sleeper));
      }
    }
  }

  private boolean isProgram(long threadId) {
    return all.stream().anyMatch(one -> one.thread().getId() == threadId);
  }

  /** The program whose turn it is, in its own thread. */
  private ProgramThread expectProgram() {
    ProgramThread now = running;
    if (now != null && now.thread() == Thread.currentThread()) {
      return now;
    }
    expectTurn("waits");
    throw new IllegalStateException(
        "only a program of the simulation may wait for its futures: the thread that runs the world"
            + " cannot");
  }

  /**
   * Whatever is not the turn's holder has no business here: another thread makes a run that cannot
   * be repeated.
   */
  void expectTurn(String deed) {
    Thread caller = Thread.currentThread();
    ProgramThread now = running;
    if (now == null ? caller == driver : caller == now.thread()) {
      return;
    }
    for (ProgramThread one : lost) {
      if (one.thread() == caller) {
        throw new ProcessDied(String.valueOf(one.process()));
      }
    }
    IllegalStateException refusal =
        new IllegalStateException(
            "the thread '"
                + caller.getName()
                + "', which is none of the simulation, "
                + deed
                + ": what it does comes at another moment in each run. Start programs with spawn,"
                + " and give nothing of the database to executors or threads of your own");
    intruder = refusal;
    throw refusal;
  }

  /** What a thread from outside did, as an error with its stack, or null. */
  public Throwable intruder() {
    return intruder;
  }

  void onSwallowed(ProgramThread thread) {
    lost.add(thread);
    world.fail(
        thread.label(),
        new IllegalStateException(
            thread.label()
                + " goes on after its process has died: it catches every Throwable, "
                + ProcessDied.class.getName()
                + " included. Catch Exception instead, or throw that one on"));
  }

  /** A process has died: its programs end, each running its {@code finally} blocks. */
  public void onDeath(SimProcess process) {
    for (ProgramThread thread : all) {
      if (thread.isBusy() && thread.process() == process && !thread.isDead()) {
        thread.markDead();
        world.after(0, () -> unwind(thread));
      }
    }
  }

  private void unwind(ProgramThread thread) {
    if (thread.isBusy() && thread.isDead() && !lost.contains(thread)) {
      proceed(thread);
    }
  }

  /** Threads that are bound to something: they wait, or run. */
  public int busy() {
    return all.size() - idle.size();
  }

  /** Where each program stands, with the place in its code. */
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    for (ProgramThread thread : all) {
      if (thread.isBusy() && thread.waitsFor() != null) {
        long nanos = world.nowNanos() - thread.waitsSinceNanos();
        lines.add(
            thread.label()
                + " has waited for "
                + thread.waitsFor()
                + " for "
                + nanos / 1_000_000 / 1e3
                + " s"
                + BlockedThreadWatch.place(thread.thread()));
      }
    }
    return lines;
  }

  /**
   * Ends all programs as the death of their processes would, and their threads. In the world's
   * thread.
   *
   * @throws ThreadBlocked when one does not end
   */
  @Override
  public void close() {
    drive();
    ThreadBlocked blocked = null;
    for (ProgramThread thread : all) {
      if (lost.contains(thread)) {
        // It may be parked for good: then it stays until the JVM ends.
        thread.thread().interrupt();
        join(thread.thread(), LOST_JOIN_MILLIS_MAX);
        continue;
      }
      try {
        if (thread.isBusy()) {
          thread.markDead();
          proceed(thread);
        }
        if (!thread.isBusy()) {
          turn.take();
          thread.leave();
          watch.awaitBack(turn, thread);
          join(thread.thread(), JOIN_MILLIS_MAX);
        }
      } catch (ThreadBlocked e) {
        blocked = e;
      }
    }
    if (blocked != null) {
      throw blocked;
    }
  }

  private static void join(Thread thread, long millisMax) {
    boolean interrupted = false;
    try {
      thread.join(millisMax);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
