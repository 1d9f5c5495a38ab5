package io.ashlar.client;

import java.util.function.Consumer;

/** Something short to do on the loop that nobody waits for. */
final class LoopTask extends Operation {
  private final Consumer<ClientRole> task;

  /**
   * @param session the one of the database that is detached, so that it runs whatever happens to
   *     the transaction
   */
  LoopTask(Session session, Consumer<ClientRole> task) {
    super(session);
    this.task = task;
  }

  @Override
  void start(ClientRole role) {
    task.accept(role);
    role.end(this);
  }

  @Override
  void finish() {}
}
