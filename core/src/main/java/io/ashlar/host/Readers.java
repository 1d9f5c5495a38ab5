package io.ashlar.host;

import java.util.function.Consumer;
import java.util.function.Function;

/** Runs pure functions on immutable views beside the loop. */
public interface Readers {
  /**
   * Applies {@code read} to {@code immutableView} on some thread (in simulation: on the loop, in a
   * later event of drawn delay) and gives the result to {@code onDone} on the owner's loop. Order
   * among several is not kept. {@code read} touches nothing but the view and its own locals.
   */
  <V, R> void submit(V immutableView, Function<V, R> read, Consumer<R> onDone);
}
