package io.ashlar.core;

import java.util.ArrayList;
import java.util.List;

/**
 * One epoch's set of log servers and the versions it holds, as the coordinated state records it.
 *
 * @param epoch the epoch it was recruited for
 * @param begin it holds the versions above this one; what is at or below is in the generation
 *     before
 * @param recoveryVersion RV: the epoch before ended here
 * @param recoveryTransactionVersion RT: the first version of this epoch itself. The versions in
 *     (begin, recoveryVersion] are the copied tail of the epoch before; none lie between RV and RT
 * @param members the log servers, in an order that never changes
 * @param replication F, the log servers (in distinct zones) that hold each tag
 * @param antiQuorum a, the log servers a commit need not wait for
 * @param ringVersion how tags are placed on the members, see {@link TagPlacement}: another way is
 *     for other generations, since what is written stays where it is
 */
public record LogGeneration(
    long epoch,
    long begin,
    long recoveryVersion,
    long recoveryTransactionVersion,
    List<LogMember> members,
    int replication,
    int antiQuorum,
    int ringVersion) {
  public LogGeneration {
    members = List.copyOf(members);
  }

  /** One that places tags in the newest way. */
  public LogGeneration(
      long epoch,
      long begin,
      long recoveryVersion,
      long recoveryTransactionVersion,
      List<LogMember> members,
      int replication,
      int antiQuorum) {
    this(
        epoch,
        begin,
        recoveryVersion,
        recoveryTransactionVersion,
        members,
        replication,
        antiQuorum,
        TagPlacement.NEWEST);
  }

  /** The same one, with its tags placed in another way. */
  public LogGeneration withRingVersion(int other) {
    return new LogGeneration(
        epoch,
        begin,
        recoveryVersion,
        recoveryTransactionVersion,
        members,
        replication,
        antiQuorum,
        other);
  }

  public void encode(ByteWriter to) {
    to.putLong(epoch).putLong(begin).putLong(recoveryVersion).putLong(recoveryTransactionVersion);
    to.putVarint(members.size());
    for (LogMember member : members) {
      to.putUid(member.logId()).putString(member.zone());
    }
    to.putVarint(replication).putVarint(antiQuorum).putVarint(ringVersion);
  }

  /** Reads what {@link #encode} wrote. */
  public static LogGeneration decode(ByteReader from) {
    return decodeBeforeRings(from).withRingVersion(from.getCount());
  }

  /** Reads what was written when there was only one way to place tags. */
  public static LogGeneration decodeBeforeRings(ByteReader from) {
    long epoch = from.getLong();
    long begin = from.getLong();
    long recoveryVersion = from.getLong();
    long recoveryTransactionVersion = from.getLong();
    int count = from.getCount();
    List<LogMember> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add(new LogMember(from.getUid(), from.getString()));
    }
    return new LogGeneration(
        epoch,
        begin,
        recoveryVersion,
        recoveryTransactionVersion,
        members,
        from.getCount(),
        from.getCount(),
        TagPlacement.PLAIN_RING);
  }
}
