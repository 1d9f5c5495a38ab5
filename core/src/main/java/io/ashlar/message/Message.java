package io.ashlar.message;

/**
 * What roles and clients send each other: deeply immutable records. In one JVM they go by
 * reference, between processes in the protobuf envelope of the runtime module.
 */
public interface Message {
  /** The kind, to dispatch on. */
  MessageKind kind();
}
