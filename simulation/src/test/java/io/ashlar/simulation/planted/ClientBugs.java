package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.CLIENT;

import java.util.List;

/** Bugs of the client library. */
final class ClientBugs {
  private static final String MODULE = "client";
  private static final String PACKAGE = "io.ashlar.client.";

  private ClientBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        losesReadConflictRange(),
        treatsUnknownAsCommitted(),
        commitsAgainAfterAConflict(),
        commitsAgainWhatMayBeCommitted(),
        sendsAgainUnderTheSameFence(),
        waitsForNoFence(),
        readsAtAVersionOfLate(),
        cachedReadWithoutConflict(),
        absentReadWithoutConflict(),
        explicitConflictSkipsOwnWrites(),
        selectorConflictsAtItsKeyAlone(),
        rangeReadEndsWithItsShard(),
        atomicOperationSeesBehindAClear(),
        andOfAnAbsentValue(),
        stampIsReadUnfilled());
  }

  private static PlantedBug losesReadConflictRange() {
    return PlantedBug.in(
            CLIENT,
            "client loses a read conflict range",
            "What a range read depends on is not among the transaction's read conflicts.")
        .after(
            "[Jepsen, YugaByte DB 1.3.1: anti-dependency cycles]"
                + "(https://jepsen.io/analyses/yugabyte-db-1.3.1)")
        .edit(
            MODULE,
            PACKAGE + "RangeProcedure",
            "        attempt.readConflicts.add(range.begin(), range.end());\n",
            "")
        .knownSeed(1);
  }

  private static PlantedBug treatsUnknownAsCommitted() {
    return PlantedBug.in(
            CLIENT,
            "client treats unknown as committed",
            "When the fence is through, the original transaction is reported as committed.")
        .edit(
            MODULE,
            PACKAGE + "Commits",
            "role.fail(commit, new AshlarException(ErrorCode.COMMIT_UNKNOWN_RESULT));",
            "commit.setCommitted(reply);\nrole.end(commit);");
  }

  private static PlantedBug commitsAgainAfterAConflict() {
    return PlantedBug.in(
            CLIENT,
            "client commits again after a conflict",
            "A transaction with a conflict is sent once more with a new read version, as if it had"
                + " read there.")
        .after("[Jepsen, TiDB 2.1.7: automatic retries](https://jepsen.io/analyses/tidb-2.1.7)")
        .edit(
            MODULE,
            PACKAGE + "Commits",
            "      role.fail(commit, ClientRole.error(failure));\n",
            """
                  if (failure.isRefusal(ErrorCode.NOT_COMMITTED)
                      && commit.phase() == CommitOperation.Phase.SENT
                      && versions.recentVersion() > commit.readVersion()) {
                    unlink(commit);
                    commit.enter(CommitOperation.Phase.NEW);
                    commit.setReadVersion(versions.recentVersion(), false);
                    send(commit);
                    return;
                  }
                  role.fail(commit, ClientRole.error(failure));
            """);
  }

  private static PlantedBug commitsAgainWhatMayBeCommitted() {
    return PlantedBug.in(
            CLIENT,
            "client commits again what may be committed",
            "A commit without reads whose answer was lost is sent once more, under another id.")
        .after(
            "[CockroachDB issue 10023: transactions can be applied twice]"
                + "(https://github.com/cockroachdb/cockroach/issues/10023)")
        .edit(
            MODULE,
            PACKAGE + "Commits",
            """
                    if (commit.phase() == CommitOperation.Phase.SENT) {
                      fence(commit);
                    }
            """,
            """
                    boolean sendsAgain = commit.isBlind() && commit.hasId();
                    if (commit.phase() == CommitOperation.Phase.SENT && sendsAgain) {
                      unlink(commit);
                      commit.enter(CommitOperation.Phase.NEW);
                      identify(commit);
                      role.awaitVersion(commit);
                    } else if (commit.phase() == CommitOperation.Phase.SENT) {
                      fence(commit);
                    }
            """);
  }

  private static PlantedBug sendsAgainUnderTheSameFence() {
    return PlantedBug.in(
            CLIENT,
            "client takes its own commit for a conflict",
            "A commit whose answer was lost is sent once more as it is; when the first one went"
                + " through, the second conflicts with it and is reported as not committed.")
        .after(
            "[Jepsen, jetcd 0.8.2: committed transactions that appear to have failed]"
                + "(https://jepsen.io/analyses/jetcd-0.8.2)")
        .edit(
            MODULE,
            PACKAGE + "Commits",
            """
                    if (commit.phase() == CommitOperation.Phase.SENT) {
                      fence(commit);
                    }
            """,
            """
                    if (commit.phase() == CommitOperation.Phase.SENT && chooseProxy() != null) {
                      unlink(commit);
                      send(commit);
                    } else if (commit.phase() == CommitOperation.Phase.SENT) {
                      fence(commit);
                    }
            """);
  }

  private static PlantedBug waitsForNoFence() {
    return PlantedBug.in(
            CLIENT,
            "client waits for no fence",
            "A commit whose answer was lost is reported as unknown at once, and may be applied"
                + " after that.")
        .edit(
            MODULE,
            PACKAGE + "Commits",
            """
                    if (commit.phase() == CommitOperation.Phase.SENT) {
                      fence(commit);
                    }
            """,
            """
                    role.fail(commit, new AshlarException(ErrorCode.COMMIT_UNKNOWN_RESULT));
            """);
  }

  private static PlantedBug readsAtAVersionOfLate() {
    return PlantedBug.in(
            CLIENT,
            "client reads at a version of late",
            "A read version that the client has heard of in the last half second serves for the"
                + " next transaction too.")
        .edit(
            MODULE,
            PACKAGE + "ClientRole",
            "    } else if (session.awaitVersion(operation)) {\n",
            """
                } else if (versions.recentVersion() >= 0) {
                  session.presetVersion(versions.recentVersion());
                  operation.start(this);
                } else if (session.awaitVersion(operation)) {
            """);
  }

  private static PlantedBug cachedReadWithoutConflict() {
    return PlantedBug.in(
            CLIENT,
            "client reads its cache without a conflict",
            "A read whose value a snapshot read has brought before adds no read conflict.")
        .edit(
            MODULE,
            PACKAGE + "TransactionReader",
            "    if (!snapshot) {\n      attempt.readConflicts.addKey(key);\n",
            "    if (!snapshot && !attempt.cache().knows(key)) {\n"
                + "      attempt.readConflicts.addKey(key);\n");
  }

  private static PlantedBug absentReadWithoutConflict() {
    return PlantedBug.in(
            CLIENT,
            "client reads nothing without a conflict",
            "A read that found no value adds no read conflict.")
        .after(
            "[Bedrock pull request 109: reading nothing is still reading]"
                + "(https://github.com/bedrock-kv/bedrock/pull/109)")
        .edit(
            MODULE,
            PACKAGE + "TransactionReader",
            "    if (!snapshot) {\n      attempt.readConflicts.addKey(key);\n    }\n",
            "")
        .edit(
            MODULE,
            PACKAGE + "TransactionReader",
            "    synchronized (transaction) {\n      if (error == null &&",
            "    synchronized (transaction) {\n"
                + "      if (error == null && base != null && !snapshot) {\n"
                + "        attempt.readConflicts.addKey(key);\n      }\n      if (error == null &&");
  }

  private static PlantedBug explicitConflictSkipsOwnWrites() {
    return PlantedBug.in(
            CLIENT,
            "client skips its own writes in an explicit conflict",
            "A read conflict key that is asked for by name counts for nothing when the transaction"
                + " has written that key.")
        .after(
            "[FoundationDB issue 126: an explicit read conflict range skips the keys in the write"
                + " cache](https://github.com/apple/foundationdb/issues/126)")
        .edit(
            MODULE,
            PACKAGE + "TransactionWrites",
            "      attempt.readConflicts.addKey(keyBytes);\n",
            """
                  if (attempt.writes.map().at(keyBytes).kind() == WriteMap.Kind.UNMODIFIED) {
                    attempt.readConflicts.addKey(keyBytes);
                  }
            """);
  }

  private static PlantedBug selectorConflictsAtItsKeyAlone() {
    return PlantedBug.in(
            CLIENT,
            "client lets a selector depend on the found key alone",
            "What lies between a selector's key and the key that it finds is no read conflict.")
        .after(
            "[Bedrock pull request 109: key-selector reads record the resolved key alone]"
                + "(https://github.com/bedrock-kv/bedrock/pull/109)")
        .edit(
            MODULE,
            PACKAGE + "KeyResolution",
            "attempt.readConflicts.add(forward ? origin : found, forward ? behind : origin);",
            "attempt.readConflicts.add(found, behind);");
  }

  private static PlantedBug rangeReadEndsWithItsShard() {
    return PlantedBug.in(
            CLIENT,
            "a range read ends with its shard",
            "When a storage server has no more rows, the range read takes that for the end of the"
                + " range, though other shards follow.")
        .after(
            "[Jepsen, FaunaDB 2.5.4: records skipped at the end of pages]"
                + "(https://jepsen.io/analyses/faunadb-2.5.4)")
        .edit(
            MODULE,
            PACKAGE + "RangeFetch",
            "      position = reverse ? request.range().begin() : request.range().end();\n",
            "      position = reverse ? range.begin() : range.end();\n");
  }

  private static PlantedBug atomicOperationSeesBehindAClear() {
    return PlantedBug.in(
            CLIENT,
            "client reads its atomic operation behind its clear",
            "A transaction that clears a key, adds to it and reads it sees the value from before"
                + " the clear.")
        .edit(
            MODULE,
            PACKAGE + "WriteMap",
            "case CLEARED -> Written.known(null).then(type, operand);",
            "case CLEARED -> Written.over(type, operand);");
  }

  private static PlantedBug andOfAnAbsentValue() {
    return PlantedBug.in(
            CLIENT,
            "and, min of an absent value",
            "An absent value counts as zero for BIT_AND and MIN, in the place of none.")
        .after(
            "[FoundationDB, API version 510: AND and MIN of keys that are not there]"
                + "(https://apple.github.io/foundationdb/api-version-upgrade-guide.html)")
        .edit(
            "core",
            "io.ashlar.core.AtomicOps",
            "case BIT_AND -> existing == null ? operand : and(existing, operand);",
            "case BIT_AND -> and(existing, operand);")
        .edit(
            "core",
            "io.ashlar.core.AtomicOps",
            "case MIN -> existing == null ? operand : min(existing, operand);",
            "case MIN -> min(existing, operand);");
  }

  private static PlantedBug stampIsReadUnfilled() {
    return PlantedBug.in(
            CLIENT,
            "client reads a versionstamp that is not filled in",
            "A value that gets its versionstamp at the commit is read before it in place of the"
                + " error for what cannot be read.")
        .edit(
            MODULE,
            PACKAGE + "WriteMap",
            "    return put(key, Written.known(unfilled), true);\n",
            "    return put(key, Written.known(unfilled), false);\n");
  }
}
