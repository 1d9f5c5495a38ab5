package example;

import io.ashlar.client.Database;

class NaiveQueueTest extends QueueContract {
  @Override
  JobQueue queue(Database db) {
    return new NaiveQueue(db);
  }
}
