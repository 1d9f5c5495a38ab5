package example;

import io.ashlar.client.Database;

class NaiveBankTest extends BankContract {
  @Override
  Bank bank(Database db) {
    return new NaiveBank(db);
  }
}
