package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Backoff;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.IdempotencyIds;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.host.Host;
import io.ashlar.message.TransactionCommitted;
import java.util.List;

/**
 * Finds out whether commits happened whose fence is through: by the rows in which every batch lists
 * the idempotency ids that it has committed. Those of all versions are read which the commit can
 * have got: above its read version, not above the fence's, and not a window later. They are read at
 * the version of the fence or above, so that all that can still have been written is seen. When the
 * id is in none of them its row may also have expired, of which the store tells; then, and only
 * then, the result stays unknown. See docs/protocol.md, Idempotency ids.
 */
final class IdLookups {
  private static final long RETRY_MIN_NANOS = 5_000_000;
  private static final long RETRY_MAX_NANOS = 500_000_000;

  /** How long the rows are left alone at most when a fault point says so. */
  private static final long LATER_NANOS_MAX = 20_000_000_000L;

  /** So many bytes of rows are looked through at a time. */
  private static final int PAGE_BYTES = 200_000;

  private final ClientRole role;
  private final Host host;
  private final Backoff backoff = new Backoff(RETRY_MIN_NANOS, RETRY_MAX_NANOS);

  IdLookups(ClientRole role, Host host) {
    this.role = role;
    this.host = host;
  }

  /**
   * Settles a commit.
   *
   * @param fenceVersion at which its fence was committed
   */
  void begin(CommitOperation commit, long fenceVersion) {
    new Lookup(commit, fenceVersion).begin();
  }

  /** Of one commit. */
  private final class Lookup {
    private final CommitOperation commit;
    private final long fenceVersion;
    private final KeyRange candidates;
    private Session session;

    Lookup(CommitOperation commit, long fenceVersion) {
      this.commit = commit;
      this.fenceVersion = fenceVersion;
      long last = commit.readVersion() + role.view().windowVersions();
      candidates =
          IdempotencyIds.rowsOf(
              commit.readVersion(), Math.max(commit.readVersion(), Math.min(fenceVersion, last)));
    }

    void begin() {
      if (host.faults().at("client.read-ids-later")) {
        readAfter(host.random().nextLong(LATER_NANOS_MAX));
        return;
      }
      session = Session.ofLoop();
      session.presetVersion(fenceVersion);
      read();
    }

    /** Reads at a version that is asked for after a while. */
    private void readAfter(long delayNanos) {
      host.timers()
          .schedule(
              delayNanos,
              () -> {
                if (!commit.isEnded()) {
                  session = Session.ofLoop();
                  read();
                }
              });
    }

    private void read() {
      commit.setLookup(session);
      readRows(candidates);
    }

    private void readRows(KeyRange rest) {
      int bytes = host.faults().at("client.read-few-ids") ? 1 : PAGE_BYTES;
      role.accept(
          new RangeFetch(
              session,
              rest,
              false,
              Integer.MAX_VALUE,
              bytes,
              (covered, rows, error) -> onRows(rest, covered, rows, error)));
    }

    /** Whether nothing is to be done any more: the commit has ended, or the client does. */
    private boolean isOver() {
      return commit.isEnded() || session.failure() != null;
    }

    private void onRows(
        KeyRange asked, KeyRange covered, List<KeyValue> rows, AshlarException error) {
      if (isOver()) {
        return;
      }
      if (error != null) {
        onError(error);
        return;
      }
      for (KeyValue row : rows) {
        int place = IdempotencyIds.placeOf(commit.id(), row.value());
        if (place >= 0) {
          host.probes().hit("client.id-found");
          backoff.reset();
          long version = IdempotencyIds.versionOf(row.key());
          commit.setCommitted(new TransactionCommitted(version, place));
          role.end(commit);
          return;
        }
      }
      if (covered.end().compareTo(asked.end()) < 0) {
        host.probes().hit("client.more-ids");
        readRows(new KeyRange(covered.end(), asked.end()));
        return;
      }
      // What is told here is of the same version as the rows: it can only have grown.
      role.accept(
          new PointRead(
              session,
              IdempotencyIds.EXPIRED_KEY,
              (index, value, failure) -> onExpired(value, failure),
              0));
    }

    private void onExpired(Bytes value, AshlarException error) {
      if (isOver()) {
        return;
      }
      if (error != null) {
        onError(error);
        return;
      }
      backoff.reset();
      long expiredBelow = IdempotencyIds.expiredBelow(value);
      if (commit.readVersion() + 1 < expiredBelow) {
        host.probes().hit("client.id-expired");
        role.fail(
            commit,
            unknown(
                "It can no longer be known which: its answer got lost, and when the database could"
                    + " be asked again its idempotency id had expired."));
      } else {
        host.probes().hit("client.id-absent");
        role.fail(
            commit,
            new AshlarException(
                ErrorCode.NOT_COMMITTED,
                "the answer of the commit got lost; by its idempotency id it was not committed"));
      }
    }

    private void onError(AshlarException error) {
      if (!error.isRetryableNotCommitted()) {
        role.fail(
            commit,
            unknown(
                "Its answer got lost, and its idempotency id cannot be looked up: "
                    + error.getMessage()));
        return;
      }
      // As a rule the fence's version is no longer in the window. Any later one tells the same.
      host.probes().hit("client.ids-read-again");
      readAfter(backoff.nextDelayNanos(host.random()));
    }
  }

  private static AshlarException unknown(String why) {
    return new AshlarException(
        ErrorCode.COMMIT_UNKNOWN_RESULT, ErrorCode.COMMIT_UNKNOWN_RESULT.meaning() + " " + why);
  }
}
