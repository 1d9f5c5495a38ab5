package io.ashlar.simulation.world;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;

/** A failure of a disk that the simulator has made: it stops a worker, and nobody is wrong. */
public final class DiskError extends AshlarException {
  private static final long serialVersionUID = 1L;

  public DiskError(String what) {
    super(ErrorCode.IO_ERROR, what);
  }
}
