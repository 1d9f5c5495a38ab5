package io.ashlar.embedded;

import io.ashlar.client.DirectReads;
import io.ashlar.message.GetRange;
import io.ashlar.message.GetValues;
import io.ashlar.message.Message;
import io.ashlar.message.Refused;
import io.ashlar.runtime.DirectAnswers;
import io.ashlar.storage.PublishedView;
import io.ashlar.storage.ReadView;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * The views that a process's storage servers have published, by endpoint: answers reads on the
 * thread that has them, without the loop. Thread-safe.
 *
 * <p>An answer from a view is the one that the storage server would have given at an instant
 * between the call and the return: the view is immutable, was its newest in between, and holds
 * everything up to the version it is asked for. Whatever a view cannot answer with values or rows
 * goes to the storage server: versions ahead of it or too old, keys of other shards, requests that
 * are not well formed, failures of the engine, and everything once the server closes or the node
 * has stopped.
 */
final class PublishedViews implements DirectAnswers, DirectReads {
  /** More keys, and ranges of more bytes, are left to the readers: sockets wait meanwhile. */
  private static final int SOCKET_KEYS_MAX = 256;

  private static final int SOCKET_BYTES_MAX = 64 << 10;

  private final ConcurrentSkipListMap<Long, PublishedView> byEndpoint =
      new ConcurrentSkipListMap<>();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final Consumer<Throwable> onBroken;
  private final LongAdder answered = new LongAdder();

  /**
   * @param onBroken hears a broken invariant of a storage server, which ends the process's roles
   */
  PublishedViews(Consumer<Throwable> onBroken) {
    this.onBroken = onBroken;
  }

  /** Where a storage server puts its views; a later server at the same endpoint takes its place. */
  Consumer<ReadView> of(long endpoint) {
    PublishedView published = new PublishedView();
    byEndpoint.put(endpoint, published);
    return view -> {
      published.accept(view);
      if (view == null) {
        byEndpoint.remove(endpoint, published);
      }
    };
  }

  /** Nothing is answered any more. */
  void stop() {
    stopped.set(true);
  }

  /** How many reads did not need the loop. */
  long answeredCount() {
    return answered.sum();
  }

  @Override
  public Message answer(long endpoint, Message request) {
    boolean isSmall =
        request instanceof GetValues values && values.keys().size() <= SOCKET_KEYS_MAX
            || request instanceof GetRange range && range.bytesMax() <= SOCKET_BYTES_MAX;
    PublishedView published = isSmall ? byEndpoint.get(endpoint) : null;
    return published == null ? null : answer(published, request);
  }

  /** A storage server that has all the keys will do, whichever it is. */
  @Override
  public Message answer(Message request) {
    for (Map.Entry<Long, PublishedView> each : byEndpoint.entrySet()) {
      Message reply = answer(each.getValue(), request);
      if (reply != null) {
        return reply;
      }
    }
    return null;
  }

  private Message answer(PublishedView published, Message request) {
    if (stopped.get()) {
      return null;
    }
    try {
      Message reply = published.tryAnswer(request);
      if (reply == null || reply instanceof Refused) {
        return null;
      }
      answered.increment();
      return reply;
    } catch (RuntimeException | Error broken) {
      onBroken.accept(broken);
      return null;
    }
  }
}
