package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.STORAGE_SERVER;

import java.util.List;

/** Bugs of storage servers: of what they pull, keep, store and answer. */
final class StorageBugs {
  private static final String MODULE = "storage-servers";
  private static final String PACKAGE = "io.ashlar.storage.";

  /** Long enough for a log server to fall behind, an epoch to end and others to begin again. */
  private static final RunAs GIVEN_UP = RunAs.DEFAULT.factor(4).workloads("append,counter-log");

  private StorageBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        answersFutureVersion(),
        popsBeforeDurable(),
        reappliesAtomicOperation(),
        storesTheVersionAhead(),
        keepsWhatNeverHappened(),
        storesAtOnce(),
        appliesTwice(),
        takesALockedEndForTheEnd(),
        answersWhatIsTooOld(),
        forgetsBeforeItStores(),
        mergePassesOverRows(),
        clearedRowsShowThrough(),
        setUncoversWhatWasCleared(),
        atomicOperationOnAClearedValue(),
        losesTheChangeDuringACheck(),
        watchesTheUncommitted(),
        appendIgnoresWhatIsThere());
  }

  private static PlantedBug answersFutureVersion() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "storage answers a future version at once",
            "A read at a version that has not arrived is answered with what there is.")
        .edit(
            MODULE,
            PACKAGE + "ServedReads",
            "    if (version > owner.latest()) {\n",
            "    if (false) {\n");
  }

  private static PlantedBug popsBeforeDurable() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "storage pops before durable",
            "The log may forget what is written to the engine and not flushed.")
        .edit(
            MODULE,
            PACKAGE + "DurableVersion",
            """
                  popper.pop(owner.sources(), durable);
                  host.timers()\
            """,
            """
                  popper.pop(owner.sources(), owner.stored());
                  host.timers()\
            """)
        .edit(
            MODULE,
            PACKAGE + "LogPuller",
            "if (reply.poppedThrough() >= plan.from()) {",
            "if (false) {");
  }

  private static PlantedBug reappliesAtomicOperation() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "storage re-applies an atomic operation after restart",
            "The version in the engine is that of the batch before, and what came since is pulled"
                + " and applied again.")
        .edit(
            MODULE,
            PACKAGE + "StoredVersion",
            "  private boolean isWriting;\n",
            "  private boolean isWriting;\n  private long engineVersion;\n")
        .edit(
            MODULE,
            PACKAGE + "StoredVersion",
            "  private void onWritten(",
            """
              long engineVersion() {
                return engineVersion;
              }

              private void onWritten(\
            """)
        .edit(
            MODULE,
            PACKAGE + "StoredVersion",
            """
                    new EngineBatch(
                        target,
            """,
            """
                    new EngineBatch(
                        map.stored(),
            """)
        .edit(
            MODULE,
            PACKAGE + "StoredVersion",
            "    map.stored(version);\n",
            "    engineVersion = map.stored();\n    map.stored(version);\n")
        .edit(
            MODULE,
            PACKAGE + "StorageServer",
            """
                public long stored() {
                  return map.stored();
                }
            """,
            """
                public long stored() {
                  return map.stored();
                }

                @Override
                public long engineVersion() {
                  return storing.engineVersion();
                }
            """)
        .edit(
            MODULE,
            PACKAGE + "DurableVersion",
            "    long stored();\n",
            "    long stored();\n\n    long engineVersion();\n")
        .edit(
            MODULE,
            PACKAGE + "DurableVersion",
            "if (isFlushing || !owner.isServing() || owner.stored() == durable) {",
            "if (isFlushing || !owner.isServing() || owner.engineVersion() <= durable) {")
        .edit(
            MODULE,
            PACKAGE + "DurableVersion",
            """
                long target = owner.stored();
                flushTarget = target;
            """,
            """
                long target = owner.engineVersion();
                flushTarget = owner.stored();
            """);
  }

  private static PlantedBug storesTheVersionAhead() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "storage stores its version ahead",
            "The version in the engine is the newest that was applied, while the data are those of"
                + " an earlier one: after a restart what lies between is not pulled.")
        .after(
            "[etcd, postmortem of the data inconsistency in v3.5]"
                + "(https://github.com/etcd-io/etcd/pull/13967)")
        .edit(
            MODULE,
            PACKAGE + "StoredVersion",
            """
                    new EngineBatch(
                        target,
            """,
            """
                    new EngineBatch(
                        Math.max(target, bounds.committed(map)),
            """);
  }

  private static PlantedBug keepsWhatNeverHappened() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "storage keeps what never happened",
            "What was applied above the recovery version stays when the epoch has ended.")
        .after(
            "[ZOOKEEPER-2845: a server keeps in memory what was never committed]"
                + "(https://issues.apache.org/jira/browse/ZOOKEEPER-2845)")
        .edit(
            MODULE,
            PACKAGE + "Pulled",
            "rolledBack |= rollbackIfEnded(next, map);",
            "rolledBack |= false;");
  }

  private static PlantedBug storesAtOnce() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "storage stores what may be taken back",
            "What has arrived is stored at once, whether it is known to be committed or not, and a"
                + " recovery cannot take it back any more.")
        .after(
            "[FoundationDB issue 3372: storage version is newer than version to roll back to]"
                + "(https://github.com/apple/foundationdb/issues/3372)")
        .edit(
            MODULE,
            PACKAGE + "VersionBounds",
            "long unread = isClosing ? map.latest() : map.latest() - windowVersions;",
            "long unread = map.latest();")
        .edit(
            MODULE,
            PACKAGE + "VersionBounds",
            "return Math.max(map.stored(), outsideGaps(Math.min(unread, knownCommitted)));",
            "return Math.max(map.stored(), outsideGaps(unread));")
        .caughtBy(Catcher.REFUSAL, "has stored version");
  }

  private static PlantedBug appliesTwice() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "storage applies a version twice",
            "The log is read again from the last version that was applied, and what comes a second"
                + " time is applied a second time.")
        .edit(
            MODULE,
            PACKAGE + "PeekPlan",
            "long from = Math.max(latest, generation.begin()) + 1;",
            "long from = Math.max(latest, source.generation().begin());")
        .edit(
            MODULE,
            PACKAGE + "Pulled",
            "      if (next.version <= map.latest()) {\n",
            "      if (next.version < map.latest()) {\n")
        .edit(
            MODULE,
            PACKAGE + "LogPuller",
            "if (reply.poppedThrough() >= plan.from()) {",
            "if (reply.poppedThrough() > plan.from()) {")
        .edit(
            MODULE,
            PACKAGE + "LogPuller",
            "      if (through < plan.from()) {\n",
            "      if (through <= plan.from()) {\n");
  }

  private static PlantedBug takesALockedEndForTheEnd() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "storage takes a locked end for the end of its epoch",
            "When a log server of an earlier epoch has nothing more to tell, its storage servers"
                + " go on with the next epoch, though others may have more.")
        .edit(
            MODULE,
            PACKAGE + "LogPuller",
            "      if (reply.locked()) {\n",
            """
                  if (reply.locked() && !plan.isLast()) {
                    receiver.onPulled(
                        new LogPeeked(
                            tag,
                            io.ashlar.core.Bytes.EMPTY,
                            plan.through(),
                            reply.knownCommittedVersion(),
                            reply.poppedThrough(),
                            true,
                            reply.end()),
                        plan.through());
                    return;
                  }
                  if (reply.locked()) {
            """)
        .alsoNoticedBy(
            PACKAGE + "LogPullerTest#whatALogServerOfAnEarlierEpochHasNotComesFromAnother")
        .runAs(GIVEN_UP);
  }

  private static PlantedBug answersWhatIsTooOld() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "storage answers what is too old",
            "A read below the oldest version that is kept is answered with that version.")
        .edit(
            MODULE,
            PACKAGE + "Reads",
            "if (version < view.oldestVersion() && version != view.committedVersion()) {",
            "if (false) {")
        .edit(
            MODULE,
            PACKAGE + "MapVersions",
            "return index < from ? null : slots[index];",
            "return slots[Math.max(index, from)];");
  }

  private static PlantedBug forgetsBeforeItStores() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "versioned map forgets what is not stored",
            "What is newer than the engine is dropped from the map along with what it has.")
        .edit(
            MODULE,
            PACKAGE + "VersionedMap",
            "root = tree.forget(root, stored, entriesMax);",
            "root = tree.forget(root, stored + (latest - stored) / 2, entriesMax);");
  }

  private static PlantedBug mergePassesOverRows() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "the merge of map and engine passes over rows",
            "With each row of the map the engine's cursor goes on too, also when it stands at a"
                + " row that is still to come.")
        .after(
            "[Jepsen, TigerBeetle 0.16.11: missing results where queries are merged]"
                + "(https://jepsen.io/analyses/tigerbeetle-0.16.11)")
        .edit(
            MODULE,
            PACKAGE + "RangeMerge",
            "if (stored.isValid() && stored.key().equals(key)) {",
            "if (stored.isValid()) {")
        .knownSeed(1);
  }

  private static PlantedBug clearedRowsShowThrough() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "cleared rows show through",
            "A range read gives rows of the engine that lie in a range which the map has cleared.")
        .edit(
            MODULE,
            PACKAGE + "RangeMerge",
            "        stored.skipTo(reverse ? entry.key : entry.end());\n",
            "");
  }

  private static PlantedBug setUncoversWhatWasCleared() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "a set uncovers what was cleared behind it",
            "Of a cleared range in which a key is set, only the part before that key stays"
                + " cleared.")
        .edit(
            MODULE,
            PACKAGE + "Tree",
            "      if (after.compareTo(end) < 0) {\n",
            "      if (false) {\n");
  }

  private static PlantedBug atomicOperationOnAClearedValue() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "an atomic operation finds a cleared value",
            "The value below an atomic operation is fetched from the engine although the map says"
                + " that it was cleared.")
        .edit(
            MODULE,
            PACKAGE + "Pulled",
            "        && Tree.covering(map.root(), mutation.first()) == null;\n",
            """
                    && (Tree.covering(map.root(), mutation.first()) == null
                        || Tree.covering(map.root(), mutation.first()).isClear());
            """)
        .edit(
            MODULE,
            PACKAGE + "Pulled",
            "    if (node != null) {\n      return node.value();\n",
            "    if (node != null && !node.isClear()) {\n      return node.value();\n");
  }

  private static PlantedBug losesTheChangeDuringACheck() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "a watch misses a change during its check",
            "What changes while a watched value is being looked at is not looked at again.")
        .after(
            "[FoundationDB pull request 11112: stuck watch with racing watches]"
                + "(https://github.com/apple/foundationdb/pull/11112)")
        .edit(
            MODULE,
            PACKAGE + "Watches",
            "    long dueAt = Math.min(group.dueAt, nextVersion);\n"
                + "    if (group.changedAt > version) {\n",
            "    long dueAt = nextVersion;\n    if (false) {\n");
  }

  private static PlantedBug watchesTheUncommitted() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "a watch sees what is not committed",
            "A watch is decided by the newest version that has arrived, which a recovery may take"
                + " back.")
        .edit(
            MODULE,
            PACKAGE + "ServedWatches",
            "    long committed = owner.view().committedVersion();\n",
            "    long committed = owner.view().latestVersion();\n")
        .edit(
            MODULE,
            PACKAGE + "Reads",
            "    MapVersion at = view.at(view.committedVersion());\n",
            "    MapVersion at = view.at(view.latestVersion());\n")
        .edit(
            MODULE,
            PACKAGE + "Reads",
            "return new Watched(view.committedVersion(), view.get(at, key), null);",
            "return new Watched(view.latestVersion(), view.get(at, key), null);");
  }

  private static PlantedBug appendIgnoresWhatIsThere() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "an append fits if it would fit alone",
            "APPEND_IF_FITS makes a value longer than the limit.")
        .edit(
            "core",
            "io.ashlar.core.AtomicOps",
            "return existing.length() + operand.length() > Limits.VALUE_BYTES_MAX\n",
            "return operand.length() > Limits.VALUE_BYTES_MAX\n");
  }
}
