package io.ashlar.message;

import io.ashlar.core.Uid;

/** Recovery asks a worker to start a role. Answer: {@link Recruited}. */
public interface Recruit extends Message {
  /** Whose role it is; a worker of another database refuses. */
  Uid databaseId();
}
