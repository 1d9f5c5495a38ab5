package io.ashlar.runtime;

import io.ashlar.host.Trace;

/** One role's trace: puts the role's name in front of what it tells. */
final class RoleTrace implements Trace {
  /** Tells nobody. */
  static final Trace NONE =
      new Trace() {
        @Override
        public void event(String name, Object... keysAndValues) {}

        @Override
        public boolean isEnabled() {
          return false;
        }
      };

  private final Trace sink;
  private final String role;

  RoleTrace(Trace sink, String role) {
    this.sink = sink;
    this.role = role;
  }

  @Override
  public void event(String name, Object... keysAndValues) {
    if (sink.isEnabled()) {
      Object[] named = new Object[keysAndValues.length + 2];
      named[0] = "role";
      named[1] = role;
      System.arraycopy(keysAndValues, 0, named, 2, keysAndValues.length);
      sink.event(name, named);
    }
  }

  @Override
  public boolean isEnabled() {
    return sink.isEnabled();
  }
}
