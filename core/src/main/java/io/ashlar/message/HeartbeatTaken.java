package io.ashlar.message;

/**
 * The answer to {@link Heartbeat}.
 *
 * @param taken whether the coordinator will nominate nobody else for as long as a lease lasts by
 *     any clock, counted from now
 * @param contested whether there is another candidate, who would lead if this one gave up
 * @param movedTo the set that is to be asked from now on, for ever; {@link CoordinatorSet#NONE}
 *     while this is the one
 */
public record HeartbeatTaken(boolean taken, boolean contested, CoordinatorSet movedTo)
    implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.HEARTBEAT_TAKEN;
  }
}
