package io.ashlar.control;

import io.ashlar.host.Inbound;
import io.ashlar.host.Role;

/** A role that does nothing by itself: a test uses its host. */
final class QuietRole implements Role {
  @Override
  public void start() {}

  @Override
  public void onMessage(Inbound inbound) {}

  @Override
  public void onBatchEnd() {}

  @Override
  public void stop() {}
}
