package io.ashlar.message;

/**
 * Whom one coordinator has nominated: the answer to {@link Nominate} and {@link GetLeader}. It
 * leads when a majority has, and takes its heartbeats.
 *
 * @param nominee {@link Candidate#NONE} for nobody
 * @param movedTo the set that is to be asked from now on, for ever; {@link CoordinatorSet#NONE}
 *     while this is the one
 */
public record Nominee(Candidate nominee, CoordinatorSet movedTo) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.NOMINEE;
  }
}
