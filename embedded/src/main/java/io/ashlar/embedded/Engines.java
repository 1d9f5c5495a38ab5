package io.ashlar.embedded;

import io.ashlar.core.Uid;
import io.ashlar.storage.StorageEngine;

/** The engines of a worker's storage servers, by the servers' identities. Called on its loop. */
public interface Engines {
  /** The engine of a storage server, not yet open. */
  StorageEngine engine(Uid storageId);

  /**
   * Deletes all that the engine of a storage server has ever written, or what an earlier life left
   * of it. It is not open; none is asked for it any more.
   *
   * @param onDeleted runs on the loop, as a later event, once that is durable
   */
  void delete(Uid storageId, Runnable onDeleted);
}
