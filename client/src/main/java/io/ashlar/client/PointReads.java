package io.ashlar.client;

import io.ashlar.core.Bytes;
import io.ashlar.message.GetValues;
import io.ashlar.message.Message;
import io.ashlar.message.Values;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/**
 * The point reads of one call, answered beside the loop: the loop is asked for the read version
 * alone, and not even for that where it is known. What {@link DirectReads} does not answer goes the
 * long way, read by read, as if this had not been tried.
 */
final class PointReads extends Operation implements Runnable {
  private final ClientDatabase database;
  private final PointRead[] reads;
  private long version;

  PointReads(ClientDatabase database, PointRead[] reads) {
    super(reads[0].session);
    this.database = database;
    this.reads = reads;
  }

  /**
   * Begins, on the caller's thread.
   *
   * @param knownVersion the read version, or {@link Attempt#NO_VERSION} to have the loop get it
   */
  void begin(long knownVersion) {
    if (knownVersion == Attempt.NO_VERSION) {
      database.post(this);
      return;
    }
    version = knownVersion;
    try {
      database.getExecutor().execute(this);
    } catch (RejectedExecutionException e) {
      goThroughLoop();
    }
  }

  @Override
  Bytes wherever() {
    return reads[0].key;
  }

  @Override
  void start(ClientRole role) {
    if (session.hasVersion()) {
      // The session forgets it here: what is not answered directly begins anew.
      role.end(this);
    } else {
      role.awaitVersion(this);
    }
  }

  @Override
  void finish() {
    if (error() != null) {
      for (PointRead read : reads) {
        read.failUnposted(error());
      }
      return;
    }
    version = session.version();
    run();
  }

  /** On the executor. */
  @Override
  public void run() {
    Bytes[] keys = new Bytes[reads.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = reads[i].key;
    }
    Message reply = database.answerDirectly(new GetValues(version, List.of(keys)));
    if (reply instanceof Values found && found.values().size() == reads.length) {
      if (session.causal() != null) {
        database.known().note(found.knownCommittedVersion());
      }
      for (int i = 0; i < reads.length; i++) {
        reads[i].value = found.values().get(i);
        reads[i].finish();
      }
    } else {
      goThroughLoop();
    }
  }

  private void goThroughLoop() {
    for (PointRead read : reads) {
      database.post(read);
    }
  }
}
