package io.ashlar.client;

import io.ashlar.core.Bytes;
import io.ashlar.message.ShardLocation;
import java.util.ArrayList;
import java.util.List;

/** An operation that one storage server answers: the one that holds a certain key. */
abstract class ReadOperation extends Operation {
  /** Counts the answers that were taken: later ones to the same question are late. */
  private int step;

  /** Requests under way for this step. */
  private int underWay;

  /** Servers that could not answer this step: others of the team may. */
  private List<StorageServer> passedOver = List.of();

  ReadOperation(Session session) {
    super(session);
  }

  /** A request is about to be sent; gives the step it is for. */
  final int sent() {
    underWay++;
    return step;
  }

  /** Whether an answer to a request of that step is still wanted. */
  final boolean isAt(int stepAsked) {
    return step == stepAsked && !isEnded();
  }

  final int underWay() {
    return underWay;
  }

  /** A request of this step has failed. */
  final void unanswered() {
    underWay--;
  }

  /** An answer was taken and there is more to ask. */
  final void nextStep() {
    step++;
    underWay = 0;
    passedOver = List.of();
  }

  /** The server is not asked again in this step, as long as there are others. */
  final void passOver(StorageServer server) {
    List<StorageServer> more = new ArrayList<>(passedOver);
    more.add(server);
    passedOver = more;
  }

  /** All servers may be asked again. */
  final void passOverNone() {
    passedOver = List.of();
  }

  /** Those that are not to be asked in this step. */
  final List<StorageServer> passedOver() {
    return passedOver;
  }

  /**
   * Whether it is worth asking for by itself, now that nobody is left to ask: it was refused with
   * others, of which any may have been meant. Once it was, it goes alone from then on.
   */
  boolean goAlone() {
    return false;
  }

  /** The key whose shard is asked; in reverse the keys right below it. */
  abstract Bytes target();

  /** Whether the shard is that of the keys below {@link #target}. */
  boolean isReverse() {
    return false;
  }

  /** Whether it is at the session's read version. */
  boolean needsVersion() {
    return true;
  }

  /** On the loop: sends the request, by the {@code reads.…} method of its kind. */
  abstract void send(StorageReads reads, ShardLocation shard, StorageServer server);

  @Override
  final void start(ClientRole role) {
    if (needsVersion() && !session.hasVersion()) {
      role.awaitVersion(this);
    } else {
      role.reads().dispatch(this);
    }
  }
}
