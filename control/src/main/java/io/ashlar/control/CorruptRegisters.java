package io.ashlar.control;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.message.Refused;
import io.ashlar.message.StatusField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The registers of one coordinator whose files are not what was written. Nobody knows what they
 * have promised: for their sets the coordinator says that, and nothing else, for ever, as if it
 * were away. What else its process has goes on.
 */
final class CorruptRegisters {
  private record Corrupt(String file, String reason) {}

  private final Host host;
  private final TreeMap<Uid, Corrupt> registers = new TreeMap<>();

  CorruptRegisters(Host host) {
    this.host = host;
  }

  /** Whether the register of this set is one of them. */
  boolean contains(Uid setId) {
    return registers.containsKey(setId);
  }

  /**
   * Keeps why a file could not be opened.
   *
   * @throws AshlarException that one when nobody knows of which set it was, or when the file is of
   *     another version: then this program is the wrong one
   */
  void add(String file, AshlarException failure) {
    Uid setId = CoordinatorRegister.setOf(file);
    if (failure.code() != ErrorCode.FILE_CORRUPT || setId == null) {
      throw failure;
    }
    host.probes().hit("coordinator.register-corrupt");
    host.trace().event("RegisterCorrupt", "setId", setId, "reason", failure.detail());
    registers.put(setId, new Corrupt(file, failure.detail()));
  }

  /** Answers for a set whose register is corrupt; false for any other. */
  boolean refuse(Inbound inbound, Uid setId) {
    Corrupt corrupt = registers.get(setId);
    if (corrupt == null) {
      return false;
    }
    if (inbound.wantsReply()) {
      host.network()
          .reply(
              inbound,
              new Refused(
                  ErrorCode.FILE_CORRUPT,
                  "the coordinator at "
                      + host.network().self().process()
                      + " takes no part, since nobody knows what it has promised: "
                      + corrupt.reason));
    }
    return true;
  }

  /**
   * {@code corrupt}: a set, and its file. That a copy would help is not told: of several
   * coordinators none may come back with what it had earlier.
   */
  List<StatusField> status() {
    List<StatusField> fields = new ArrayList<>();
    for (Map.Entry<Uid, Corrupt> entry : registers.entrySet()) {
      String what = "the file " + entry.getValue().file + " is not what was written";
      fields.add(new StatusField("corrupt", entry.getKey() + " " + what));
    }
    return fields;
  }
}
