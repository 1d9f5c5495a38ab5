package example;

import io.ashlar.client.Database;

class SafeQueueTest extends QueueContract {
  @Override
  JobQueue queue(Database db) {
    return new SafeQueue(db);
  }
}
