package io.ashlar.message;

import io.ashlar.core.Bytes;

/**
 * The answer to {@link PeekLog}.
 *
 * @param entries as {@link io.ashlar.core.PeekEntries} encodes them: the versions that have
 *     mutations of the tag
 * @param through every mutation of the tag from {@code from} to this version is in the entries;
 *     from − 1 when there is no news
 * @param poppedThrough the tag's reader let go of what lies at or below, and it is not given any
 *     more; 0 when it never did since the log server's last start, which forgets it
 * @param locked nothing above {@code end} will ever come from here
 * @param end the last version it holds
 */
public record LogPeeked(
    int tag,
    Bytes entries,
    long through,
    long knownCommittedVersion,
    long poppedThrough,
    boolean locked,
    long end)
    implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.LOG_PEEKED;
  }
}
