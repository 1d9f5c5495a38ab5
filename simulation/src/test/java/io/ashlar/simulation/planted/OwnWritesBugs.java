package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.CLIENT;
import static io.ashlar.simulation.planted.PlantedBug.Role.STORAGE_SERVER;

import java.util.List;

/** Bugs of what a transaction sees of itself, and of what it depends on although it should not. */
final class OwnWritesBugs {
  private static final String MODULE = "client";
  private static final String PACKAGE = "io.ashlar.client.";

  private OwnWritesBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        selectorFromShardToShard(),
        setMakesAStampReadable(),
        operationsOfDifferentLengthsBecomeOne(),
        rangesDoNotSeeOperations(),
        backwardSelectorOverOwnWrites(),
        clearLeavesItsFirstKey(),
        snapshotReadConflicts(),
        readOfAnOperationIsNoConflict(),
        operationBecomesASet(),
        joinsConflictRangesOverAGap());
  }

  private static PlantedBug selectorFromShardToShard() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "a backward selector loses count from shard to shard",
            "A storage server that has too few keys for a selector which counts backwards hands on"
                + " an offset that is one too far.")
        .edit(
            "storage-servers",
            "io.ashlar.storage.Reads",
            "int offset = (int) (forward ? distance : 1 - distance);",
            "int offset = (int) (forward ? distance : -distance);");
  }

  private static PlantedBug setMakesAStampReadable() {
    return PlantedBug.in(
            CLIENT,
            "client reads a stamped key again once it is set",
            "A key that gets a versionstamp at the commit can be read after it was set, though the"
                + " order of the two at the commit is not that of the reads.")
        .edit(
            MODULE,
            PACKAGE + "WriteMap",
            "return put(key, Written.known(value), isUnreadable(key));",
            "return put(key, Written.known(value), false);");
  }

  private static PlantedBug operationsOfDifferentLengthsBecomeOne() {
    return PlantedBug.in(
            CLIENT,
            "client joins operations of different lengths",
            "Two atomic operations of one type are evaluated as one whose operand is that of both,"
                + " also when the first has cut the value shorter.")
        .edit(
            MODULE,
            PACKAGE + "Written",
            "case ADD, BIT_AND, BIT_OR, BIT_XOR, MAX, MIN -> operand.length() =="
                + " nextOperand.length();",
            "case ADD, BIT_AND, BIT_OR, BIT_XOR, MAX, MIN -> true;");
  }

  private static PlantedBug rangesDoNotSeeOperations() {
    return PlantedBug.in(
            CLIENT,
            "range reads do not see own atomic operations",
            "A range read gives the value of the database for a key that the transaction has added"
                + " to.")
        .edit(
            MODULE,
            PACKAGE + "RangeMerge",
            "      value = written.evaluate(cache.get(key));\n",
            "      value = cache.get(key);\n");
  }

  private static PlantedBug backwardSelectorOverOwnWrites() {
    return PlantedBug.in(
            CLIENT,
            "a backward selector over own writes is off by one",
            "A selector that counts backwards takes one key too few when the transaction's own"
                + " writes are counted too.")
        .edit(
            MODULE,
            PACKAGE + "RangeProcedure",
            "int count = (int) Math.min(Integer.MAX_VALUE, 1L - offset);",
            "int count = (int) Math.min(Integer.MAX_VALUE, Math.max(1L, 0L - offset));");
  }

  private static PlantedBug clearLeavesItsFirstKey() {
    return PlantedBug.in(
            CLIENT,
            "a clear leaves an own write at its begin",
            "A range clear does not take away what the transaction has written at its first key.")
        .edit(
            MODULE,
            PACKAGE + "WriteMap",
            "Split outer = split(root, begin);",
            "Split outer = split(root, Keys.after(begin));");
  }

  private static PlantedBug readOfAnOperationIsNoConflict() {
    return PlantedBug.in(
            CLIENT,
            "a read of a key with an operation is no conflict",
            "A read of a key to which the transaction has applied an atomic operation adds no read"
                + " conflict, though its outcome depends on what the database holds.")
        .after(
            "[FoundationDB 3.0.7: a read after an atomic operation behaves as a snapshot read]"
                + "(https://apple.github.io/foundationdb/old-release-notes/release-notes-300.html)")
        .edit(
            MODULE,
            PACKAGE + "TransactionReader",
            "    if (!snapshot) {\n      attempt.readConflicts.addKey(key);\n",
            "    if (!snapshot && written == null) {\n"
                + "      attempt.readConflicts.addKey(key);\n");
  }

  private static PlantedBug operationBecomesASet() {
    return PlantedBug.in(
            CLIENT,
            "an operation on a key that was read becomes a set",
            "An atomic operation on a key whose value the transaction has read, be it by a snapshot"
                + " read, is sent as a set of what it makes of that value.")
        .after(
            "[FoundationDB 3.0.7: atomic operations on keys that had been snapshot read become"
                + " sets](https://apple.github.io/foundationdb/old-release-notes/release-notes-300.html)")
        .edit(
            MODULE,
            PACKAGE + "TransactionWrites",
            "          writes.atomic(type.toCore(), keyBytes, operand);\n",
            """
                      WriteMap.Segment at = writes.map().at(keyBytes);
                      if (attempt.cache().knows(keyBytes) && !at.unreadable()) {
                        Bytes read = attempt.cache().get(keyBytes);
                        Written own =
                            at.kind() == WriteMap.Kind.CLEARED ? Written.known(null) : at.written();
                        Written now =
                            own == null
                                ? Written.over(type.toCore(), operand)
                                : own.then(type.toCore(), operand);
                        Bytes value = now.evaluate(read);
                        if (value == null) {
                          writes.clear(keyBytes);
                        } else {
                          writes.set(keyBytes, value);
                        }
                      } else {
                        writes.atomic(type.toCore(), keyBytes, operand);
                      }
            """);
  }

  private static PlantedBug snapshotReadConflicts() {
    return PlantedBug.in(
            CLIENT,
            "snapshot reads conflict",
            "What was read by a snapshot read makes the commit fail when another writes it.")
        .edit(
            MODULE,
            PACKAGE + "TransactionReader",
            "    if (!snapshot) {\n      attempt.readConflicts.addKey(key);\n    }\n",
            "    attempt.readConflicts.addKey(key);\n");
  }

  private static PlantedBug joinsConflictRangesOverAGap() {
    return PlantedBug.in(
            CLIENT,
            "client joins conflict ranges over a gap",
            "Of many conflict ranges every other one is joined with the one before, whatever lies"
                + " between them.")
        .edit(
            MODULE,
            PACKAGE + "ConflictRanges",
            "      if (next.begin().compareTo(end) > 0) {\n",
            "      if (next.begin().compareTo(end) > 0 && i % 2 == 0) {\n");
  }
}
