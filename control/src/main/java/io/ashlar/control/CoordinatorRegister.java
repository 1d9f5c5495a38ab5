package io.ashlar.control;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.MalformedException;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.host.Disk;
import io.ashlar.message.Address;
import io.ashlar.message.Candidate;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.RegisterRead;
import io.ashlar.message.RegisterWritten;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The register of one set of coordinators in its file, on one of them, and whom that one has let
 * lead. Nothing is said of it before that is durable: a promise or a value that a crash takes back
 * must never have been heard of. What comes while the file is being written goes with the next
 * write of it.
 */
final class CoordinatorRegister {
  private static final String PREFIX = "register-";
  private static final int ENCODING = 3;

  /**
   * Who waits for what is durable.
   *
   * @param change the last that must be
   */
  private record Waiting(long change, Runnable then) {}

  private final Disk disk;
  private final Uid setId;
  private final GenerationRegister register;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

  /**
   * Drawn when it was made for the first set of a database; NONE for one that others have founded.
   */
  private Uid registerId = Uid.NONE;

  /** The registers that were there when this one began; empty before. */
  private List<Uid> founders = List.of();

  /** Where the coordinators of the set are; empty when that was never said. */
  private List<String> places = List.of();

  /** Whose heartbeats were taken last; NONE before any was. */
  private Candidate leader = Candidate.NONE;

  /** Where the state has moved, as far as that is durable; none when it is here. */
  private CoordinatorSet movedTo;

  /** Changes so far, and how many of them are durable. */
  private long changes;

  private long durableChanges;
  private boolean replacing;
  private boolean inFile;

  private CoordinatorRegister(Disk disk, Uid setId, GenerationRegister register) {
    this.disk = disk;
    this.setId = setId;
    this.register = register;
    this.movedTo = movedToOf(register);
  }

  /** The register of a set that was not heard of before: that it is now is a change, too. */
  static CoordinatorRegister create(Disk disk, Uid setId) {
    CoordinatorRegister made = new CoordinatorRegister(disk, setId, new GenerationRegister());
    made.changes = 1;
    return made;
  }

  /**
   * The register of the first set of a database, which begins with the others of the set.
   *
   * @param registerId drawn
   */
  static CoordinatorRegister createFirst(Disk disk, Uid setId, Uid registerId) {
    CoordinatorRegister made = create(disk, setId);
    made.registerId = registerId;
    return made;
  }

  /** Whether it may promise anything. */
  boolean isFounded() {
    return registerId.equals(Uid.NONE) || !founders.isEmpty();
  }

  Uid registerId() {
    return registerId;
  }

  List<Uid> founders() {
    return founders;
  }

  /** It begins, and never begins again. */
  void found(List<Uid> with) {
    Check.that(!isFounded(), "founded twice: ", setId);
    founders = List.copyOf(with);
    changes++;
  }

  static boolean isRegister(String file) {
    return file.startsWith(PREFIX);
  }

  /** The set whose register is in a file of that name, or null when it names none. */
  static Uid setOf(String file) {
    try {
      return Uid.parse(file.substring(PREFIX.length()));
    } catch (IllegalArgumentException noSet) {
      return null;
    }
  }

  /**
   * The register that is in a file.
   *
   * @throws AshlarException with FILE_CORRUPT or DIRECTORY_VERSION, naming the file, when it is not
   *     what was written
   */
  static CoordinatorRegister open(Disk disk, String file, Bytes content) {
    CoordinatorRegister opened =
        SealedFile.open(file, content, body -> decode(disk, new ByteReader(body)));
    if (!file.equals(opened.file())) {
      throw new AshlarException(
          ErrorCode.FILE_CORRUPT,
          "the file " + file + " has what belongs into " + opened.file() + "; restore both");
    }
    return opened;
  }

  private static CoordinatorRegister decode(Disk disk, ByteReader from) {
    int encoding = from.getByte();
    if (encoding != ENCODING) {
      throw new MalformedException("unknown encoding of a coordinator's register: " + encoding);
    }
    Uid setId = from.getUid();
    Uid registerId = from.getUid();
    List<Uid> founders = new ArrayList<>();
    for (int left = from.getCount(); left > 0; left--) {
      founders.add(from.getUid());
    }
    List<String> places = new ArrayList<>();
    for (int left = from.getCount(); left > 0; left--) {
      places.add(from.getBytes().utf8());
    }
    GenerationRegister register = GenerationRegister.decode(from.getBytes());
    Candidate leader =
        new Candidate(
            from.getUid(), new Address(from.getBytes().utf8(), from.getLong()), from.getInt());
    from.expectEnd();
    CoordinatorRegister opened = new CoordinatorRegister(disk, setId, register);
    opened.registerId = registerId;
    opened.founders = List.copyOf(founders);
    opened.places = List.copyOf(places);
    opened.leader = leader;
    opened.inFile = true;
    return opened;
  }

  /**
   * Hears where the coordinators of the set are. They may be at other addresses than before, but
   * are not more or fewer: a majority of another number is none.
   *
   * @throws AshlarException with CONNECTION_STRING_INVALID when they are
   */
  void isAt(List<String> processes) {
    if (!places.isEmpty() && places.size() != processes.size()) {
      throw new AshlarException(
          ErrorCode.CONNECTION_STRING_INVALID,
          "the file "
              + file()
              + " belongs to a coordinator of "
              + String.join(", ", places)
              + ", and this node was started as one of "
              + String.join(", ", processes)
              + ": a majority of these would be none of those. Start it with the cluster file of"
              + " the other nodes");
    }
    if (!places.equals(processes)) {
      places = List.copyOf(processes);
      changes++;
    }
  }

  Uid setId() {
    return setId;
  }

  String file() {
    return PREFIX + setId;
  }

  RegisterGeneration readGeneration() {
    return register.readGeneration();
  }

  RegisterGeneration writeGeneration() {
    return register.writeGeneration();
  }

  /** The set that has the state now, or none while it is here. */
  CoordinatorSet movedTo() {
    return movedTo;
  }

  int waitingCount() {
    return waiting.size();
  }

  /**
   * Runs {@code then} when the file is there: what a later life finds there tells it that there was
   * this one.
   */
  void whenInFile(Runnable then) {
    if (inFile) {
      then.run();
    } else {
      whenDurable(then);
    }
  }

  /** Who may lead by what this coordinator has taken; NONE for nobody. */
  Candidate leader() {
    return leader;
  }

  /** Runs {@code then} when it is durable that heartbeats of this candidate were taken. */
  void whenLeaderIs(Candidate candidate, Runnable then) {
    if (!leader.isSame(candidate)) {
      leader = candidate;
      changes++;
    }
    whenDurable(then);
  }

  /** Nobody leads by this change id any more: goes into the file with the next change. */
  void resigned(Uid changeId) {
    if (leader.changeId().equals(changeId)) {
      leader = Candidate.NONE;
    }
  }

  void read(RegisterGeneration generation, Consumer<RegisterRead> onRead) {
    if (generation.compareTo(register.readGeneration()) > 0) {
      register.read(generation);
      changes++;
    }
    RegisterRead answer =
        new RegisterRead(
            register.readGeneration(),
            register.writeGeneration(),
            register.sequence(),
            register.value());
    whenDurable(() -> onRead.accept(answer));
  }

  /**
   * @param value encoded, see {@link MovableValue}
   */
  void write(
      RegisterGeneration generation,
      long sequence,
      Bytes value,
      Consumer<RegisterWritten> onWritten) {
    boolean isKnown =
        generation.equals(register.writeGeneration()) && sequence == register.sequence();
    boolean accepted = register.write(generation, sequence, value);
    if (accepted && !isKnown) {
      changes++;
    }
    RegisterWritten answer = new RegisterWritten(accepted, register.readGeneration());
    whenDurable(() -> onWritten.accept(answer));
  }

  /** Runs {@code then} when all that the register is by now is durable; at once when it is. */
  void whenDurable(Runnable then) {
    if (durableChanges == changes) {
      then.run();
    } else {
      waiting.add(new Waiting(changes, then));
    }
  }

  /** Begins to write what is not durable: called when a batch of requests ends. */
  void flush() {
    if (replacing || durableChanges == changes) {
      return;
    }
    replacing = true;
    long covered = changes;
    CoordinatorSet moved = movedToOf(register);
    disk.replace(file(), encode(), () -> onDurable(covered, moved));
  }

  private void onDurable(long covered, CoordinatorSet moved) {
    Check.that(covered > durableChanges, "written in another order: ", covered);
    replacing = false;
    inFile = true;
    durableChanges = covered;
    movedTo = moved;
    while (!waiting.isEmpty() && waiting.peek().change <= covered) {
      waiting.poll().then.run();
    }
    flush();
  }

  private Bytes encode() {
    ByteWriter to = new ByteWriter(256).putByte(ENCODING).putUid(setId).putUid(registerId);
    to.putVarint(founders.size());
    founders.forEach(to::putUid);
    to.putVarint(places.size());
    places.forEach(place -> to.putBytes(Bytes.utf8(place)));
    to.putBytes(register.encode());
    to.putUid(leader.changeId());
    to.putBytes(Bytes.utf8(leader.address().process()));
    to.putLong(leader.address().endpoint());
    to.putInt(leader.priority());
    return SealedFile.seal(to.toBytes());
  }

  private static CoordinatorSet movedToOf(GenerationRegister register) {
    if (register.value() == null) {
      return CoordinatorSet.NONE;
    }
    MovableValue value = MovableValue.decode(register.value());
    return value.kind() == MovableValue.Kind.MOVED ? value.next() : CoordinatorSet.NONE;
  }
}
