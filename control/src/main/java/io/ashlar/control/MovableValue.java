package io.ashlar.control;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorSet;
import java.util.ArrayList;
import java.util.List;

/**
 * What a register holds: a state, or to which other coordinators the state goes, or has gone.
 *
 * <p>Who moves a state locks the old coordinators, writes the state to the new ones, then MOVING to
 * the old ones, and MOVED once a majority has MOVING. Whoever locks the old ones later finds one of
 * the two, and never writes a state there again. So a single register with MOVED is enough to know
 * that the state is elsewhere for ever; with MOVING it is not: that may be what nobody chose.
 *
 * @param state null unless it is here
 * @param next the set that it goes to or has gone to, none when it is here
 */
record MovableValue(Kind kind, Bytes state, CoordinatorSet next) {
  /** Where the state is. */
  enum Kind {
    STATE,
    MOVING,
    MOVED
  }

  /** Bytes of the name of a process at most: a host name has 253, a port five digits. */
  static final int PROCESS_BYTES_MAX = 300;

  /** In the order of {@link Kind}. */
  private static final List<Kind> KINDS = List.of(Kind.STATE, Kind.MOVING, Kind.MOVED);

  MovableValue {
    Check.that((kind == Kind.STATE) == (state != null), "a state where none is, or none: ", kind);
    Check.that((kind == Kind.STATE) == next.isNone(), "moves to nobody, or stays: ", kind);
    Check.that(next.isNone() || next.isPossible(), "no set of coordinators: ", next);
  }

  static MovableValue of(Bytes state) {
    return new MovableValue(Kind.STATE, state, CoordinatorSet.NONE);
  }

  static MovableValue moving(CoordinatorSet next) {
    return new MovableValue(Kind.MOVING, null, next);
  }

  static MovableValue moved(CoordinatorSet next) {
    return new MovableValue(Kind.MOVED, null, next);
  }

  Bytes encode() {
    ByteWriter to = new ByteWriter(64).putByte(1 + KINDS.indexOf(kind));
    if (kind == Kind.STATE) {
      return to.putBytes(state).toBytes();
    }
    to.putUid(next.id()).putVarint(next.coordinators().size());
    for (Address coordinator : next.coordinators()) {
      to.putString(coordinator.process()).putLong(coordinator.endpoint());
    }
    return to.toBytes();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws MalformedException when the bytes are something else
   */
  static MovableValue decode(Bytes encoded) {
    ByteReader from = new ByteReader(encoded);
    int kind = from.getByte();
    if (kind < 1 || kind > KINDS.size()) {
      throw new MalformedException("unknown kind of a register's value: " + kind);
    }
    MovableValue value =
        switch (KINDS.get(kind - 1)) {
          case STATE -> of(from.getBytes());
          case MOVING -> moving(decodeSet(from));
          case MOVED -> moved(decodeSet(from));
        };
    from.expectEnd();
    return value;
  }

  private static CoordinatorSet decodeSet(ByteReader from) {
    Uid id = from.getUid();
    int count = from.getCount();
    if (count > CoordinatorSet.COORDINATORS_MAX) {
      throw new MalformedException("a set of " + count + " coordinators");
    }
    List<Address> coordinators = new ArrayList<>();
    for (int left = count; left > 0; left--) {
      Bytes process = from.getBytes();
      if (process.isEmpty() || process.length() > PROCESS_BYTES_MAX) {
        throw new MalformedException("a process with a name of " + process.length() + " bytes");
      }
      coordinators.add(new Address(process.utf8(), from.getLong()));
    }
    CoordinatorSet set = new CoordinatorSet(id, coordinators);
    if (!set.isPossible()) {
      throw new MalformedException("no set of coordinators: " + set);
    }
    return set;
  }
}
