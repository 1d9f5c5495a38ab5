package io.ashlar.message;

/**
 * A commit proxy reports, before it answers its clients, that a version is durable. Answer: {@link
 * LiveVersion}.
 */
public record ReportCommitted(long version) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.REPORT_COMMITTED;
  }
}
