package io.ashlar.storage;

import io.ashlar.message.Message;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The newest view of a storage server, for readers on other threads. Belongs to whoever assembles
 * the process; the storage server only gives views to it.
 */
public final class PublishedView implements Consumer<ReadView> {
  private final AtomicReference<ReadView> newest = new AtomicReference<>();

  /** Takes the newest view; null when the server stops. Called on the server's loop. */
  @Override
  public void accept(ReadView view) {
    newest.set(view);
  }

  /**
   * Answers a read on the calling thread if the newest view can.
   *
   * @return the reply, or null when the request must go to the storage server
   */
  public Message tryAnswer(Message request) {
    while (true) {
      ReadView view = newest.get();
      if (view == null) {
        return null;
      }
      if (view.tryRetain()) {
        try {
          return Reads.tryAnswer(request, view);
        } finally {
          view.release();
        }
      }
      // It was freed between the two steps, so a newer one has been published.
    }
  }
}
