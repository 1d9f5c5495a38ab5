package io.ashlar.simulation.workload;

import io.ashlar.core.Bytes;
import io.ashlar.simulation.check.ApiExpectation;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Makes calls, and holds what becomes of them against what is due. Afterwards the arrays that were
 * handed over are overwritten: whoever has not copied them has something else now.
 */
final class ApiCalls {
  /** Who says whether a future ended as it should. */
  enum Judged {
    HERE,
    /** Here, unless this workload has cancelled it: nothing else may end that way. */
    UNLESS_CANCELLED,
    /** Who made the call. */
    ELSEWHERE
  }

  private static final byte SCRIBBLE = 0x55;
  private static final int SHOWN_BYTES = 24;

  private final String who;
  private final Violations violations;
  private final List<CompletableFuture<Void>> ended = new ArrayList<>();
  private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
  private long made;
  private long refused;

  ApiCalls(String who, Violations violations) {
    this.who = who;
    this.violations = violations;
  }

  /** How many calls there were. */
  long made() {
    return made;
  }

  /** How many of them ended with an error, as they had to. */
  long refused() {
    return refused;
  }

  /** The end of the last call that ends by itself; never fails. */
  CompletableFuture<Void> last() {
    return last;
  }

  /** The end of all futures; never fails. */
  CompletableFuture<Void> all() {
    return CompletableFuture.allOf(ended.toArray(new CompletableFuture<?>[0]));
  }

  void complain(String what, String wrong) {
    if (wrong != null) {
      violations.add(who + ": " + what + " " + wrong);
    }
  }

  /** A call that gives nothing. True when it has returned. */
  boolean now(String what, ApiExpectation due, Runnable call, byte[]... arrays) {
    made++;
    try {
      call.run();
      complain(what, due.returned());
      return true;
    } catch (RuntimeException e) {
      refused++;
      complain(what, due.threw(e));
      return false;
    } finally {
      scribble(arrays);
    }
  }

  /**
   * A call that gives a future.
   *
   * @param onEnd hears of its end, after it was judged; of the result and the error one is null
   */
  <T> void later(
      String what,
      ApiExpectation due,
      Supplier<CompletableFuture<T>> call,
      BiConsumer<T, Throwable> onEnd,
      byte[]... arrays) {
    last = judge(what, due, begin(what, due, call, arrays), onEnd, Judged.HERE);
  }

  /** As {@link #later}, for a future whose error is judged by who made the call. */
  <T> void unjudged(
      String what,
      ApiExpectation due,
      Supplier<CompletableFuture<T>> call,
      BiConsumer<T, Throwable> onEnd) {
    last = judge(what, due, begin(what, due, call), onEnd, Judged.ELSEWHERE);
  }

  /** The future of a call, or null when it gave none. */
  <T> CompletableFuture<T> begin(
      String what, ApiExpectation due, Supplier<CompletableFuture<T>> call, byte[]... arrays) {
    made++;
    try {
      CompletableFuture<T> future = call.get();
      complain(what, due.returned());
      return future;
    } catch (RuntimeException e) {
      refused++;
      complain(what, due.threw(e));
      return null;
    } finally {
      scribble(arrays);
    }
  }

  /**
   * Judges the end of a future, whenever that is: null for one that was not given.
   *
   * @return ends with it, never with an error
   */
  <T> CompletableFuture<Void> judge(
      String what,
      ApiExpectation due,
      CompletableFuture<T> future,
      BiConsumer<T, Throwable> onEnd,
      Judged judged) {
    if (future == null) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> end =
        future.handle(
            (result, thrown) -> {
              Throwable error = unwrap(thrown);
              if (error != null) {
                refused++;
              }
              boolean isGivenUp =
                  judged == Judged.UNLESS_CANCELLED && error instanceof CancellationException;
              if (judged != Judged.ELSEWHERE && !isGivenUp) {
                complain(what, due.ended(error));
              }
              onEnd.accept(result, error);
              return null;
            });
    ended.add(end);
    return end;
  }

  static Throwable unwrap(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  static void scribble(byte[]... arrays) {
    for (byte[] array : arrays) {
      if (array != null) {
        Arrays.fill(array, SCRIBBLE);
      }
    }
  }

  static String shown(byte[] bytes) {
    return bytes == null
        ? "null"
        : Bytes.copyOf(bytes).printable(SHOWN_BYTES) + " (" + bytes.length + ")";
  }
}
