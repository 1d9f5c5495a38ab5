package io.ashlar.message;

/** What roles a process is for, as who starts it says. */
public enum WorkerClass {
  /** All of them. */
  ANY,
  /** Storage servers alone. */
  STORAGE,
  /** Log servers, and roles without a disk where no other process may have them. */
  LOG,
  /** Roles without a disk alone: proxies, sequencer, resolvers. */
  STATELESS
}
