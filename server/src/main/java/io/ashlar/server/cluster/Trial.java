package io.ashlar.server.cluster;

import java.io.IOException;

/** Something that a cluster of real processes is put through, and what must hold of it. */
interface Trial {
  /** How it is called on the command line. */
  String name();

  /**
   * Runs it.
   *
   * @throws io.ashlar.server.CommandFailedException when something does not hold
   */
  void run(TrialGround ground) throws IOException, InterruptedException;
}
