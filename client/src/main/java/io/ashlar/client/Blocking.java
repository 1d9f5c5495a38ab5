package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waits for futures on behalf of the methods that block, and unwraps their errors. */
final class Blocking {
  private Blocking() {}

  static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CancellationException e) {
      throw new AshlarException(
          ErrorCode.OPERATION_CANCELLED, ErrorCode.OPERATION_CANCELLED.meaning(), e);
    } catch (CompletionException e) {
      throw thrown(unwrap(e));
    }
  }

  /** The error that the layers of {@link CompletionException} around it were made for. */
  static Throwable unwrap(Throwable error) {
    Throwable inner = error;
    while (inner instanceof CompletionException && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }

  /** What to throw for {@code error}, with the waiting thread's stack where the type allows. */
  static RuntimeException thrown(Throwable error) {
    if (error instanceof AshlarException e) {
      AshlarException here = new AshlarException(e.code(), e.detail(), e);
      return here;
    }
    if (error instanceof RuntimeException e) {
      return e;
    }
    if (error instanceof Error e) {
      throw e;
    }
    return new CompletionException(error);
  }
}
