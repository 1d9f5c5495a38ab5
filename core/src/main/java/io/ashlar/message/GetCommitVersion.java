package io.ashlar.message;

import io.ashlar.core.Uid;

/**
 * A commit proxy asks for the version of its next batch; repeatable by request number.
 *
 * @param requestNumber 1, 2, 3 … without gaps for each proxy
 */
public record GetCommitVersion(Uid proxy, long requestNumber) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.GET_COMMIT_VERSION;
  }
}
