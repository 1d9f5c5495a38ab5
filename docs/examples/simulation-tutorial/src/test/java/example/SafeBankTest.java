package example;

import io.ashlar.client.Database;

class SafeBankTest extends BankContract {
  @Override
  Bank bank(Database db) {
    return new SafeBank(db);
  }
}
