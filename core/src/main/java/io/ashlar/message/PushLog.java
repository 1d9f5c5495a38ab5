package io.ashlar.message;

import io.ashlar.core.Bytes;

/**
 * A commit proxy (or recovery, for the recovery transaction) pushes a version. Kept in the order of
 * the chain; repeatable. Answered with {@link LogPushed} when it and everything before it is
 * durable; refused with TLOG_STOPPED when locked, and with SERVER_REQUEST_QUEUE_FULL when too much
 * waits: send it again. One that was refused may be in the chain all the same.
 *
 * @param knownCommittedVersion the sender's KCV
 * @param payload as {@link io.ashlar.core.TaggedMutations} encodes it: the entries of the tags this
 *     log server holds, perhaps none
 */
public record PushLog(
    long epoch, long previousVersion, long version, long knownCommittedVersion, Bytes payload)
    implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.PUSH_LOG;
  }
}
