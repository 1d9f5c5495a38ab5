package io.ashlar.message;

import io.ashlar.core.Uid;

/**
 * A process tells a coordinator that nobody leads by this change id, and never will again: it has
 * given up the lead, or was started anew. What is held for it need not be held any longer. Answer:
 * {@link Nominee}, whom it nominates by now. Repeatable.
 */
public record Resigned(Uid setId, Uid changeId) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.RESIGNED;
  }
}
