package io.ashlar.embedded;

import io.ashlar.host.Host;
import io.ashlar.host.Role;
import io.ashlar.host.RoleHosts;
import java.util.TreeMap;

/**
 * Starts clients on a host and remembers their roles, so that their pending futures can be failed
 * when the loop dies under them. Used on the loop alone, and by it as its last act.
 */
final class ClientRoleHosts implements RoleHosts {
  private final RoleHosts hosts;
  private final TreeMap<Long, Role> clients = new TreeMap<>();

  ClientRoleHosts(RoleHosts hosts) {
    this.hosts = hosts;
  }

  @Override
  public Host host(String name, long endpoint, String folder) {
    return hosts.host(name, endpoint, folder);
  }

  @Override
  public void start(long endpoint, Role role) {
    clients.put(endpoint, role);
    hosts.start(endpoint, role);
  }

  @Override
  public void stop(long endpoint) {
    // Closing twice is allowed.
    if (clients.remove(endpoint) != null) {
      hosts.stop(endpoint);
    }
  }

  /** The loop has died: every client fails what it has pending. */
  void onLoopDied() {
    clients.values().forEach(Role::stop);
    clients.clear();
  }
}
