package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ashlar.client.Database;
import io.ashlar.simulation.Simulated;
import io.ashlar.simulation.junit.SimulatedCluster;

/** What must be true of a bank, whichever it is. */
abstract class BankContract {
  abstract Bank bank(Database db);

  // snippet: bank-test
  @SimulatedCluster(seeds = 100, busySeconds = 3)
  void everyTransferMovesMoneyOnce(Simulated cluster, Database db) {
    Bank bank = bank(db);
    bank.open("ann", 0);
    bank.open("bob", 0);
    int transfers = 0;
    while (cluster.isBusy()) {
      bank.transfer("order-" + transfers, "ann", "bob", 1);
      transfers++;
    }
    assertEquals(transfers, bank.balance("bob"), "what bob has");
  }
  // end
}
