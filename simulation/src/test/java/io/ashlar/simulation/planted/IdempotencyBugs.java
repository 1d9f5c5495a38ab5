package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.CLIENT;
import static io.ashlar.simulation.planted.PlantedBug.Role.COMMIT_PROXY;

import java.util.List;

/** Bugs of idempotency ids. */
final class IdempotencyBugs {
  private static final String WORKLOADS = "exactly-once,cycle";
  private static final RunAs RUN_AS = RunAs.SHORT.workloads(WORKLOADS);

  private IdempotencyBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        idInNoReadConflict(),
        idIsReadBeforeTheFence(),
        absentIdIsTakenForCommitted(),
        expiredIdIsTakenForAbsent(),
        stampOfTheFence(),
        idsOfConflictsAreListed(),
        placesCountTheCommittedAlone(),
        onlyTheFirstRowsAreLookedThrough(),
        idsExpireTooEarly(),
        idsAreNeverCleared(),
        idsOfTheLastCommitsStay());
  }

  private static PlantedBug idInNoReadConflict() {
    return PlantedBug.in(
            CLIENT,
            "a commit with an id ignores its fence",
            "A commit with an id does not conflict with its fence: it may come after it.")
        .edit(
            "client",
            "io.ashlar.client.Commits",
            "    KeyRanges.encode(fence, commit.readConflicts());\n",
            "    if (!commit.hasId()) {\n      KeyRanges.encode(fence, commit.readConflicts());\n    }\n")
        .runAs(RUN_AS)
        .knownSeed(12);
  }

  private static PlantedBug idIsReadBeforeTheFence() {
    return PlantedBug.in(
            CLIENT,
            "an id is read before its fence",
            "The rows of ids are read at the read version of the commit, below everything that it"
                + " can have written.")
        .edit(
            "client",
            "io.ashlar.client.Commits",
            "lookups.begin(commit, reply.version());",
            "lookups.begin(commit, commit.readVersion());")
        .runAs(RUN_AS)
        .knownSeed(1);
  }

  private static PlantedBug absentIdIsTakenForCommitted() {
    return PlantedBug.in(
            CLIENT,
            "an absent id is taken for a commit",
            "A commit whose answer got lost succeeds, at the version of its fence.")
        .edit(
            "client",
            "io.ashlar.client.Commits",
            "lookups.begin(commit, reply.version());",
            "commit.setCommitted(reply);\nrole.end(commit);")
        .runAs(RUN_AS)
        .knownSeed(1);
  }

  private static PlantedBug expiredIdIsTakenForAbsent() {
    return PlantedBug.in(
            CLIENT,
            "an expired id is taken for absent",
            "A commit is repeated as if it had not happened though its id may have been cleared.")
        .edit(
            "client",
            "io.ashlar.client.IdLookups",
            "if (commit.readVersion() + 1 < expiredBelow) {",
            "if (expiredBelow < 0) {")
        .runAs(RunAs.DEFAULT.workloads(WORKLOADS))
        .knownSeed(57);
  }

  private static PlantedBug stampOfTheFence() {
    return PlantedBug.in(
            CLIENT,
            "a commit that is found has the version of its fence",
            "A commit whose id was found is told with another versionstamp than it has.")
        .edit(
            "client",
            "io.ashlar.client.IdLookups",
            "long version = IdempotencyIds.versionOf(row.key());",
            "long version = fenceVersion;")
        .runAs(RUN_AS)
        .knownSeed(5);
  }

  private static PlantedBug idsOfConflictsAreListed() {
    return PlantedBug.in(
            COMMIT_PROXY,
            "ids of conflicts are listed",
            "A batch lists the ids of all its transactions, whatever the resolvers said of them.")
        .edit(
            "proxies",
            "io.ashlar.proxy.CommitPipeline",
            "        if (resolution.verdict(i) == Verdict.COMMITTED) {\n"
                + "          Bytes id = batch.submissions().get(i).transaction().id();\n"
                + "          if (!id.isEmpty()) {\n"
                + "            idRows.add(id, i);\n"
                + "          }\n",
            "        Bytes id = batch.submissions().get(i).transaction().id();\n"
                + "        if (!id.isEmpty()) {\n"
                + "          idRows.add(id, i);\n"
                + "        }\n"
                + "        if (resolution.verdict(i) == Verdict.COMMITTED) {\n")
        .runAs(RUN_AS)
        .knownSeed(4);
  }

  private static PlantedBug placesCountTheCommittedAlone() {
    return PlantedBug.in(
            COMMIT_PROXY,
            "an id's place is that in its row",
            "The place beside an id counts the ids before it, not the transactions.")
        .edit(
            "proxies",
            "io.ashlar.proxy.CommitPipeline",
            "            idRows.add(id, i);\n",
            "            idRows.add(id, listed++);\n")
        .edit(
            "proxies",
            "io.ashlar.proxy.CommitPipeline",
            "    idRows.begin(batch.version());\n",
            "    idRows.begin(batch.version());\n    int listed = 0;\n")
        .runAs(RunAs.SHORT.workloads("versionstamps,append,serializability"))
        .knownSeed(28);
  }

  private static PlantedBug onlyTheFirstRowsAreLookedThrough() {
    return PlantedBug.in(
            CLIENT,
            "only the first ids are looked through",
            "An id that is not among the first that were read is taken for absent.")
        .edit(
            "client",
            "io.ashlar.client.IdLookups",
            "if (covered.end().compareTo(asked.end()) < 0) {",
            "if (covered.end().compareTo(covered.begin()) < 0) {")
        .runAs(RUN_AS)
        .knownSeed(76);
  }

  private static PlantedBug idsExpireTooEarly() {
    return PlantedBug.in(
            COMMIT_PROXY, "ids expire too early", "Ids are cleared as soon as another batch comes.")
        .edit(
            "proxies",
            "io.ashlar.proxy.IdExpiry",
            "    long bound = version - ageVersions;\n",
            "    long bound = version - 1;\n")
        .runAs(RUN_AS)
        .knownSeed(1);
  }

  private static PlantedBug idsAreNeverCleared() {
    return PlantedBug.in(
            COMMIT_PROXY, "ids are never cleared", "Ids that have expired stay for ever.")
        .edit(
            "proxies",
            "io.ashlar.proxy.CommitPipeline",
            "    assigner.assign(IdempotencyIds.expire(bound));\n",
            "")
        .runAs(RUN_AS)
        .knownSeed(1);
  }

  private static PlantedBug idsOfTheLastCommitsStay() {
    return PlantedBug.in(
            COMMIT_PROXY,
            "the last ids stay",
            "When a proxy clears ids it forgets that it has written others since.")
        .edit(
            "proxies",
            "io.ashlar.proxy.IdExpiry",
            "    lastWritten = version;\n",
            "    lastWritten = noneBelow;\n")
        .runAs(RUN_AS)
        .knownSeed(1);
  }
}
