package io.ashlar.core;

/**
 * Every error a user or a role can meet, with its stable number. Numbers and names are
 * FoundationDB's where the meaning is the same; ours begin at 7000.
 */
public enum ErrorCode {
  WRONG_SHARD_SERVER(1001, "wrong_shard_server", "The shard is not on this storage server."),
  TIMED_OUT(1004, "timed_out", "The operation took too long."),
  COORDINATED_STATE_CONFLICT(
      1005, "coordinated_state_conflict", "A newer recovery attempt owns the coordinated state."),
  TRANSACTION_TOO_OLD(
      1007,
      "transaction_too_old",
      "A transaction lives for 5 seconds (the window, unless the database has another), and this one"
          + " is older: begin it again, and do less in it."),
  FUTURE_VERSION(
      1009,
      "future_version",
      "The read version is ahead of what the storage server has, which lags, or of all that was ever"
          + " given out: begin the transaction again, without a version of your own."),
  TLOG_STOPPED(1011, "tlog_stopped", "The log server is locked: its epoch has ended."),
  SERVER_REQUEST_QUEUE_FULL(1012, "server_request_queue_full", "The server's queue is full."),
  NOT_COMMITTED(
      1020,
      "not_committed",
      "Another transaction changed what this one read; nothing was applied. Run it again."),
  COMMIT_UNKNOWN_RESULT(
      1021,
      "commit_unknown_result",
      "It cannot be known whether the transaction was committed; if it was not, it will not be any"
          + " more. Read what it would have written, commit with an idempotency id, or declare the"
          + " function idempotent."),
  TRANSACTION_CANCELLED(1025, "transaction_cancelled", "The transaction was cancelled or closed."),
  CONNECTION_FAILED(1026, "connection_failed", "No connection to the cluster."),
  WATCH_CANCELLED(1029, "watch_cancelled", "The watch was cancelled."),
  TRANSACTION_TIMED_OUT(
      1031,
      "transaction_timed_out",
      "The transaction did not end within the time that it was given: allow it more (setTimeout, or"
          + " --timeout of a command), do less in it, or see whether the database serves."),
  TOO_MANY_WATCHES(
      1032, "too_many_watches", "This database has as many watches as its option allows."),
  WATCHES_DISABLED(
      1034,
      "watches_disabled",
      "Watches need read-your-writes, which this transaction turned off."),
  ACCESSED_UNREADABLE(
      1036,
      "accessed_unreadable",
      "What a versionstamped write of this transaction will have written cannot be read before the"
          + " commit."),
  PROCESS_BEHIND(1037, "process_behind", "The storage server lags too far behind."),
  DATABASE_LOCKED(1038, "database_locked", "The database is locked."),
  CLUSTER_VERSION_CHANGED(1039, "cluster_version_changed", "The cluster changed its version."),
  COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED(
      1042, "commit_proxy_memory_limit_exceeded", "The commit proxy's queue is full; back off."),
  READ_VERSION_PROXY_MEMORY_LIMIT_EXCEEDED(
      1078, "grv_proxy_memory_limit_exceeded", "The read-version proxy's queue is full; back off."),
  BROKEN_PROMISE(1100, "broken_promise", "The role that should have answered is gone."),
  OPERATION_CANCELLED(1101, "operation_cancelled", "The operation was cancelled."),
  RECRUITMENT_FAILED(1200, "recruitment_failed", "A role could not be started."),
  IO_ERROR(1510, "io_error", "A disk operation failed."),
  FILE_CORRUPT(1522, "file_corrupt", "A file's content is not what was written."),
  NO_CLUSTER_FILE_FOUND(1515, "no_cluster_file_found", "There is no cluster file."),
  CLIENT_INVALID_OPERATION(2000, "client_invalid_operation", "This call is not valid here."),
  COMMIT_READ_INCOMPLETE(
      2002, "commit_read_incomplete", "The transaction was committed while it was being read."),
  KEY_OUTSIDE_LEGAL_RANGE(
      2004,
      "key_outside_legal_range",
      "The key is outside the legal range: keys of users lie below \\xff."),
  INVERTED_RANGE(2005, "inverted_range", "The range's begin is after its end."),
  INVALID_OPTION_VALUE(2006, "invalid_option_value", "The option does not take this value."),
  INVALID_OPTION(2007, "invalid_option", "There is no such option."),
  READ_VERSION_ALREADY_SET(
      2010, "read_version_already_set", "The transaction already has a read version."),
  VERSION_INVALID(2011, "version_invalid", "The version is not valid."),
  RANGE_LIMITS_INVALID(2012, "range_limits_invalid", "The range's limits are not valid."),
  USED_DURING_COMMIT(
      2017, "used_during_commit", "The transaction was used while its commit was under way."),
  INVALID_MUTATION_TYPE(2018, "invalid_mutation_type", "There is no such mutation type."),
  TRANSACTION_INVALID_VERSION(
      2020, "transaction_invalid_version", "The transaction has no valid commit version."),
  NO_COMMIT_VERSION(
      2021, "no_commit_version", "The transaction was read-only and has no versionstamp."),
  TRANSACTION_READ_ONLY(2023, "transaction_read_only", "A read-only transaction cannot write."),
  BLOCKED_FROM_NETWORK_THREAD(
      2026,
      "blocked_from_network_thread",
      "Blocking here would stop the loop that must complete this future; use the asynchronous"
          + " call."),
  TRANSACTION_TOO_LARGE(
      2101, "transaction_too_large", "The transaction exceeds its limit of bytes."),
  KEY_TOO_LARGE(2102, "key_too_large", "The key exceeds the limit of 10,000 bytes."),
  VALUE_TOO_LARGE(2103, "value_too_large", "The value exceeds the limit of 100,000 bytes."),
  CONNECTION_STRING_INVALID(
      2104,
      "connection_string_invalid",
      "The cluster file is malformed, or names another database than the one there."),
  UNSUPPORTED_OPERATION(2108, "unsupported_operation", "The operation is not supported."),
  EXACT_MODE_WITHOUT_LIMITS(
      2210, "exact_mode_without_limits", "The streaming mode EXACT needs a row limit."),
  INVALID_VERSIONSTAMP_OFFSET(
      7001,
      "invalid_versionstamp_offset",
      "The versionstamp's ten bytes must lie inside the key or value, at the position its last four"
          + " bytes give, little endian."),
  DIRECTORY_IN_USE(7002, "directory_in_use", "Another process has this directory open."),
  DIRECTORY_VERSION(
      7003, "directory_version", "The directory was written by another version of Ashlar."),
  DATABASE_CLOSED(7004, "database_closed", "The database was closed or its worker stopped."),
  MAY_STILL_COMMIT(
      7005,
      "may_still_commit",
      "The transaction was given up while its commit was under way: it may still commit, even"
          + " later."),
  MALFORMED_REQUEST(7006, "malformed_request", "The request's bytes are not well formed."),
  CONFIGURATION_CHANGED(
      7010,
      "configuration_changed",
      "The configuration has been changed: this epoch ends, and the next one has it."),
  SESSION_TOKEN_INVALID(
      7011,
      "session_token_invalid",
      "The session token is malformed, or of another database than the one there."),
  INTERNAL_ERROR(4100, "internal_error", "An invariant of the program was broken.");

  private final int number;
  private final String label;
  private final String meaning;

  ErrorCode(int number, String label, String meaning) {
    this.number = number;
    this.label = label;
    this.meaning = meaning;
  }

  /** The stable number. */
  public int number() {
    return number;
  }

  /** The stable name, in lower case with underscores. */
  public String label() {
    return label;
  }

  /** What it means, and what to do, in a sentence or two. */
  public String meaning() {
    return meaning;
  }

  /** The transaction may have been committed. */
  public boolean isMaybeCommitted() {
    return this == COMMIT_UNKNOWN_RESULT || this == CLUSTER_VERSION_CHANGED;
  }

  /** The transaction was not committed, and running it again may succeed. */
  public boolean isRetryableNotCommitted() {
    return switch (this) {
      case NOT_COMMITTED,
          TRANSACTION_TOO_OLD,
          FUTURE_VERSION,
          DATABASE_LOCKED,
          READ_VERSION_PROXY_MEMORY_LIMIT_EXCEEDED,
          COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED,
          PROCESS_BEHIND ->
          true;
      default -> false;
    };
  }

  /** Running the transaction again may succeed; it may have been committed. */
  public boolean isRetryable() {
    return isMaybeCommitted() || isRetryableNotCommitted();
  }

  /** The code with this number, or {@link #INTERNAL_ERROR} for one of a newer version. */
  public static ErrorCode ofNumber(int number) {
    for (ErrorCode code : values()) {
      if (code.number == number) {
        return code;
      }
    }
    return INTERNAL_ERROR;
  }
}
