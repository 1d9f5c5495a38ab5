package io.ashlar.host.contract;

import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import java.util.function.BiConsumer;

/** A role that tells a journal what is called, and does with messages what a test says. */
final class TestRole implements Role {
  final Host host;
  private final String name;
  private final Journal journal;
  private final BiConsumer<Host, Inbound> onMessage;

  TestRole(String name, Host host, Journal journal, BiConsumer<Host, Inbound> onMessage) {
    this.name = name;
    this.host = host;
    this.journal = journal;
    this.onMessage = onMessage;
  }

  /** Makes, starts and gives a role; to be called on the process's loop. */
  static TestRole start(
      PortWorld.Process process,
      String name,
      long endpoint,
      Journal journal,
      BiConsumer<Host, Inbound> onMessage) {
    Host host = process.hosts().host(name, endpoint, name.replace(' ', '-'));
    TestRole role = new TestRole(name, host, journal, onMessage);
    process.hosts().start(endpoint, role);
    return role;
  }

  @Override
  public void start() {
    journal.add(name + " starts");
  }

  @Override
  public void onMessage(Inbound inbound) {
    onMessage.accept(host, inbound);
  }

  @Override
  public void onBatchEnd() {
    journal.add(name + " ends a batch");
  }

  @Override
  public void stop() {
    journal.add(name + " stops");
  }
}
