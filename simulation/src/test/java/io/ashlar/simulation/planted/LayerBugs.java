package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.COMMIT_PROXY;
import static io.ashlar.simulation.planted.PlantedBug.Role.LAYER;

import java.util.List;

/** Bugs of the layers, and of what the roles do for them alone. */
final class LayerBugs {
  private static final String MODULE = "layers";
  private static final String ALLOCATOR = "io.ashlar.directory.PrefixAllocator";
  private static final String ROWS = "io.ashlar.kv.Rows";

  private static final RunAs INDEXED = RunAs.DEFAULT.seconds(10).workloads("table,cycle");

  /** Runs in which keys expire, are acted upon, and are swept. */
  private static final RunAs EXPIRING = RunAs.DEFAULT.seconds(10).workloads("key-value,cycle");

  private static final RunAs DIRECTORIES = RunAs.DEFAULT.seconds(10).workloads("directories");

  private LayerBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        seesWhatHasExpired(),
        actsOnWhatExpires(),
        commitsTooLate(),
        putsWithoutReminder(),
        leavesOldEntries(),
        looksForNobody(),
        looksWithoutConflict(),
        looksAtEachRowAlone(),
        letsRowsHaveMoreThanTheTable(),
        buildsFromWhatWas(),
        keepsWhatItKnew(),
        allocatesWithoutLooking(),
        allocatesWithoutTelling(),
        leavesContents());
  }

  private static PlantedBug seesWhatHasExpired() {
    return PlantedBug.in(
            LAYER,
            "key-value store does not look at the expiry",
            "A key that has expired is there until it is swept away.")
        .edit(MODULE, ROWS, "    if (!row.isAliveAt(now)) {\n", "    if (false) {\n")
        .runAs(EXPIRING)
        .knownSeed(1);
  }

  private static PlantedBug actsOnWhatExpires() {
    return PlantedBug.in(
            LAYER,
            "key-value store does not bound the commit",
            "Who has read a key that expires may be committed after that.")
        .edit(
            MODULE,
            ROWS,
            "    return boundedBefore(reads, row.expiry(), now).thenApply(bounded -> row);\n",
            "    return CompletableFuture.completedFuture(row);\n")
        .runAs(EXPIRING)
        .knownSeed(2);
  }

  private static PlantedBug commitsTooLate() {
    return PlantedBug.in(
            COMMIT_PROXY,
            "proxy commits what comes too late",
            "A bound that a client sets to the version of its commit is not heeded.")
        .edit("proxies", "io.ashlar.proxy.CommitPipeline", "    refuseLate(batch);\n", "")
        .runAs(EXPIRING)
        .knownSeed(1);
  }

  private static PlantedBug putsWithoutReminder() {
    return PlantedBug.in(
            LAYER,
            "key-value store leaves no reminder",
            "Nothing leads the sweeper to a key that expires.")
        .edit(
            MODULE,
            ROWS,
            "    if (row.expires()) {\n      transaction.set(reminderKey(row.expiry(), key)",
            "    if (false) {\n      transaction.set(reminderKey(row.expiry(), key)")
        .runAs(EXPIRING)
        .knownSeed(1);
  }

  private static PlantedBug leavesOldEntries() {
    return PlantedBug.in(
            LAYER,
            "table leaves old entries in indexes",
            "A row that changes keeps its entries from before.")
        .edit(
            MODULE,
            "io.ashlar.table.IndexWrites",
            "            removals.add(new Change(index, key, entryKey, null));\n",
            "")
        .runAs(INDEXED)
        .knownSeed(1);
  }

  private static PlantedBug looksForNobody() {
    return PlantedBug.in(
            LAYER,
            "table does not look who has an entry",
            "A row takes the entry of another one in a unique index.")
        .edit(
            MODULE,
            "io.ashlar.table.IndexWrites",
            "      return index.isUnique() && (value != null || index.isBuilding());\n",
            "      return false;\n")
        .runAs(INDEXED)
        .knownSeed(1);
  }

  private static PlantedBug looksWithoutConflict() {
    return PlantedBug.in(
            LAYER,
            "table looks who has an entry without a read conflict",
            "Two rows that are written at once take the same values in a unique index.")
        .edit(
            MODULE,
            "io.ashlar.table.IndexWrites",
            "    return transaction\n        .getMany(looked.stream()",
            "    return transaction.snapshot()\n        .getMany(looked.stream()")
        .runAs(INDEXED)
        .knownSeed(1);
  }

  private static PlantedBug looksAtEachRowAlone() {
    return PlantedBug.in(
            LAYER,
            "table does not compare rows that are put together",
            "Two rows of one call take the same values in a unique index.")
        .edit(
            MODULE,
            "io.ashlar.table.IndexWrites",
            "        Tuple other = owners.put(change.entryKey(), change.key());\n",
            "        Tuple other = owners.get(change.entryKey());\n")
        .runAs(INDEXED)
        .knownSeed(1);
  }

  private static PlantedBug letsRowsHaveMoreThanTheTable() {
    return PlantedBug.in(
            LAYER,
            "table lets rows have more than it has",
            "A component is written before programs that do not know it are refused.")
        .edit(
            MODULE,
            "io.ashlar.table.SchemaCheck",
            "      if (!schema.components().containsKey(name)) {\n",
            "      if (false) {\n")
        .runAs(INDEXED)
        .knownSeed(1);
  }

  private static PlantedBug buildsFromWhatWas() {
    return PlantedBug.in(
            LAYER,
            "index is built from rows that change meanwhile",
            "The rows of a batch are read without read conflicts.")
        .edit(
            MODULE,
            "io.ashlar.table.IndexBuild",
            "    return Pass.read(transaction, range",
            "    return Pass.read(transaction.snapshot(), range")
        .runAs(INDEXED)
        .knownSeed(5);
  }

  private static PlantedBug keepsWhatItKnew() {
    return PlantedBug.in(
            LAYER,
            "table does not conflict with a change of its indexes",
            "Who writes a row while an index is added or finished does not know that.")
        .edit(
            MODULE,
            "io.ashlar.table.Table",
            "    return reads\n        .get(layout.schemaKey())\n",
            "    return reads.snapshot()\n        .get(layout.schemaKey())\n")
        .runAs(INDEXED)
        .knownSeed(1);
  }

  private static PlantedBug allocatesWithoutLooking() {
    return PlantedBug.in(
            LAYER,
            "allocator of prefixes reads its candidate without a conflict",
            "Two directories that are made at once may have the same keys.")
        .edit(
            MODULE,
            ALLOCATOR,
            "        taken = transaction.get(row);\n",
            "        taken = transaction.snapshot().get(row);\n")
        .runAs(DIRECTORIES)
        .knownSeed(1);
  }

  private static PlantedBug allocatesWithoutTelling() {
    return PlantedBug.in(
            LAYER,
            "allocator of prefixes takes its candidate without a conflict",
            "Who makes a directory at the same time does not know that its prefix was taken.")
        .edit(MODULE, ALLOCATOR, "            transaction.addWriteConflictKey(row);\n", "")
        .runAs(DIRECTORIES)
        .knownSeed(1);
  }

  private static PlantedBug leavesContents() {
    return PlantedBug.in(
            LAYER,
            "removal of a directory leaves its keys",
            "The nodes of a directory go, and what was in it stays.")
        .edit(
            MODULE,
            "io.ashlar.directory.NodeTree",
            "        transaction.clear(Range.startsWith(prefixOf(node)));\n",
            "")
        .runAs(DIRECTORIES)
        .knownSeed(1);
  }
}
