package io.ashlar.core;

/**
 * Who reads or writes a generation register: a counter, and an identity that breaks ties.
 *
 * @param counter grows with every attempt
 * @param owner the attempt
 */
public record RegisterGeneration(long counter, Uid owner)
    implements Comparable<RegisterGeneration> {
  /** Below every attempt: nobody has read or written. */
  public static final RegisterGeneration ZERO = new RegisterGeneration(0, Uid.NONE);

  @Override
  public int compareTo(RegisterGeneration other) {
    int byCounter = Long.compare(counter, other.counter);
    return byCounter != 0 ? byCounter : owner.compareTo(other.owner);
  }

  public void encode(ByteWriter to) {
    to.putLong(counter).putUid(owner);
  }

  public static RegisterGeneration decode(ByteReader from) {
    return new RegisterGeneration(from.getLong(), from.getUid());
  }
}
