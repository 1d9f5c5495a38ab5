package io.ashlar.host;

/** Tells people and tests what happened. Never decides anything. */
public interface Trace {
  /**
   * One event of the calling role.
   *
   * @param name a fixed name in UpperCamelCase
   * @param keysAndValues key, value, key, value …; values are numbers, strings, enum constants and
   *     records of ours
   */
  void event(String name, Object... keysAndValues);

  /** Whether events are kept at all: lets a hot path skip the building of one. */
  boolean isEnabled();
}
