package io.ashlar.log;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.Mutation;
import io.ashlar.core.Mutations;
import io.ashlar.core.TaggedMutations;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.LogSet;
import io.ashlar.message.PeekLog;
import io.ashlar.message.PushLog;
import io.ashlar.message.RecruitLog;
import java.util.ArrayList;
import java.util.List;

/** What the tests of this module say again and again. */
final class LogScenes {
  static final long EPOCH = 3;

  private LogScenes() {}

  static Uid logId(long n) {
    return new Uid(0x1000 + n, 0x77_0000 + n);
  }

  static LogGeneration generation(
      long epoch, long begin, long recoveryVersion, int replication, int antiQuorum, long... ids) {
    List<LogMember> members = new ArrayList<>();
    for (long id : ids) {
      members.add(new LogMember(logId(id), "zone-" + id));
    }
    return new LogGeneration(
        epoch,
        begin,
        recoveryVersion,
        recoveryVersion + 100_000_000,
        members,
        replication,
        antiQuorum);
  }

  static LogSet noOld() {
    return new LogSet(new LogGeneration(0, 0, 0, 0, List.of(), 1, 0), List.of());
  }

  /** A first generation of one log server, which holds every tag. */
  static RecruitLog first(long id) {
    return new RecruitLog(
        Uid.NONE, EPOCH, logId(id), generation(EPOCH, 0, 0, 1, 0, id), noOld(), List.of(1));
  }

  static LogSet old(LogGeneration generation, List<Address> addresses) {
    return new LogSet(generation, addresses);
  }

  /** Options small enough that every bound is met. */
  static LogServerOptions small() {
    return new LogServerOptions(
        4096,
        700,
        1_000,
        1 << 20,
        16,
        1 << 20,
        16,
        16,
        100_000_000L,
        4_000,
        600,
        200,
        64,
        2,
        300,
        1_000_000_000L,
        50_000_000L);
  }

  /** One mutation whose bytes tell where it came from. */
  static Mutation mutation(int tag, long version, int bytes) {
    return Mutation.set(Bytes.utf8("t" + tag + "v" + version), Bytes.wrap(new byte[bytes]));
  }

  /** A payload with one mutation of {@code bytes} for each tag. */
  static Bytes payload(long version, int bytes, int... tags) {
    ByteWriter to = new ByteWriter(64);
    for (int tag : tags) {
      TaggedMutations.append(to, new int[] {tag}, mutation(tag, version, bytes));
    }
    return to.toBytes();
  }

  /** What a peek of the tag must give for {@link #payload}. */
  static Bytes peeked(int tag, long version, int bytes) {
    return Mutations.encode(List.of(mutation(tag, version, bytes)));
  }

  static PushLog push(long previous, long version, Bytes payload) {
    return new PushLog(EPOCH, previous, version, previous, payload);
  }

  static PeekLog peek(int tag, long from) {
    return new PeekLog(tag, from, 1 << 20, 0);
  }
}
