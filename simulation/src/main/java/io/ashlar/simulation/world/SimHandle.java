package io.ashlar.simulation.world;

/** An event that can still be taken back. */
public interface SimHandle {
  void cancel();
}
