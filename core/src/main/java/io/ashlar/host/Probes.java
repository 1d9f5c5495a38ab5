package io.ashlar.host;

/** Marks rare paths as reached, so that a long run that misses one is noticed. */
public interface Probes {
  /** Marks the path. {@code name} is a constant: {@code role.path-in-words}. */
  void hit(String name);
}
