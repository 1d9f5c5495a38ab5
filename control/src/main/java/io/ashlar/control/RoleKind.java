package io.ashlar.control;

import io.ashlar.message.WorkerClass;

/** Roles that are alike in what they want of a worker. */
enum RoleKind {
  LOG("log servers", "log or any"),
  STORAGE("storage servers", "storage or any"),
  STATELESS("sequencer, resolvers and proxies", "stateless, any or log");

  /** The classes that {@link #fitness} can tell apart. */
  static final int TIERS = 3;

  private static final int NEVER = TIERS;

  private final String roles;
  private final String classes;

  RoleKind(String roles, String classes) {
    this.roles = roles;
    this.classes = classes;
  }

  /** The roles, for people. */
  String roles() {
    return roles;
  }

  /** The classes of workers that may have them, best first, for people. */
  String classes() {
    return classes;
  }

  /**
   * 0 for the class made for it, more for one that may have it too, {@link #TIERS} for no other.
   */
  int fitness(WorkerClass workerClass) {
    return switch (this) {
      case LOG ->
          switch (workerClass) {
            case LOG -> 0;
            case ANY -> 1;
            case STORAGE, STATELESS -> NEVER;
          };
      case STORAGE ->
          switch (workerClass) {
            case STORAGE -> 0;
            case ANY -> 1;
            case LOG, STATELESS -> NEVER;
          };
      case STATELESS ->
          switch (workerClass) {
            case STATELESS -> 0;
            case ANY -> 1;
            case LOG -> 2;
            case STORAGE -> NEVER;
          };
    };
  }

  boolean mayBeOn(WorkerClass workerClass) {
    return fitness(workerClass) < NEVER;
  }
}
