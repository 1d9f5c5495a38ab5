package io.ashlar.message;

/**
 * The answer to {@link GetCommitVersion}.
 *
 * @param previousVersion the version given before, by anyone
 */
public record CommitVersion(long requestNumber, long previousVersion, long version)
    implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.COMMIT_VERSION;
  }
}
