package io.ashlar.simulation.program;

import io.ashlar.simulation.world.SimProcess;

/**
 * One thread for code that may wait. It runs one task after the other; while it waits within one it
 * is bound to it. All fields belong to who has the turn.
 */
final class ProgramThread {
  /** How often a dead program may be refused before it is clear that it catches everything. */
  private static final int REFUSALS_MAX = 1_000;

  private final ProgramThreads threads;
  private final Turn turn;
  private final Thread thread;
  private SimProcess process;
  private String label;
  private Runnable task;
  private Throwable thrown;
  private Thread caller;
  private String waitsFor;
  private long waitsSinceNanos;
  private boolean dead;
  private boolean leaving;
  private int refusals;

  ProgramThread(ProgramThreads threads, Turn turn, int number) {
    this.threads = threads;
    this.turn = turn;
    thread = ProgramThreads.daemon(this::loop, ProgramThreads.NAME + " " + number);
    thread.start();
  }

  Thread thread() {
    return thread;
  }

  SimProcess process() {
    return process;
  }

  String label() {
    return label;
  }

  boolean isBusy() {
    return task != null;
  }

  boolean isDead() {
    return dead;
  }

  /** What it waits for, in words, or null when it does not wait. */
  String waitsFor() {
    return waitsFor;
  }

  long waitsSinceNanos() {
    return waitsSinceNanos;
  }

  /** Binds it to a task; {@link #proceed} begins it. */
  void assign(SimProcess owner, String name, Runnable work) {
    process = owner;
    label = name;
    task = work;
    dead = false;
    refusals = 0;
    thrown = null;
    thread.setName(ProgramThreads.NAME + " " + name);
  }

  /** From the world's thread: gives it the turn, which comes back when it waits or has ended. */
  void proceed() {
    waitsFor = null;
    caller = Thread.currentThread();
    turn.pass(thread);
  }

  /** What its task has thrown, once. */
  Throwable takeThrown() {
    Throwable taken = thrown;
    thrown = null;
    return taken;
  }

  void markDead() {
    dead = true;
  }

  /** From the world's thread: a free one ends. */
  void leave() {
    leaving = true;
    proceed();
  }

  private void loop() {
    turn.await();
    while (!leaving) {
      try {
        task.run();
      } catch (Throwable e) {
        // The world's thread throws it on. Of a dead program nobody wants to hear, unless the JVM
        // itself is in need.
        boolean isOfTheJvm = e instanceof VirtualMachineError && !(e instanceof StackOverflowError);
        thrown = dead && !isOfTheJvm ? null : e;
      }
      task = null;
      if (!turn.pass(caller)) {
        return;
      }
      turn.await();
    }
    turn.pass(caller);
  }

  /** In the thread itself: gives the turn back until it is given again. */
  void pause(String what) {
    expectAlive();
    waitsFor = what;
    waitsSinceNanos = process.world().nowNanos();
    turn.pass(caller);
    turn.await();
    expectAlive();
  }

  /** In the thread itself: whose process is dead gets no further. */
  void expectAlive() {
    if (!dead) {
      return;
    }
    if (++refusals > REFUSALS_MAX) {
      threads.onSwallowed(this);
      // The turn is never given to it again.
      turn.pass(caller);
      turn.await();
    }
    throw new ProcessDied(process.toString());
  }
}
