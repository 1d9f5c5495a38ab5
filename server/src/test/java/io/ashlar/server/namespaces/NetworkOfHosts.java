package io.ashlar.server.namespaces;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Hosts with a network of their own on this machine: a network namespace each, joined by a bridge
 * in one more. What one host sends to another can be made to vanish, in one direction and without a
 * word, as on a broken line. Nothing reaches the machine's own network. Linux, root and iproute2.
 */
final class NetworkOfHosts implements AutoCloseable {
  private static final String SUBNET = "10.77.0.";

  private final String prefix = "ash" + Long.toString(ProcessHandle.current().pid(), 36);
  private final String bridge = prefix + "sw";
  private final int count;

  /**
   * @param count hosts, 1 to 100
   */
  NetworkOfHosts(int count) throws IOException, InterruptedException {
    this.count = count;
    run("ip", "netns", "add", bridge);
    run("ip", "-n", bridge, "link", "add", "br0", "type", "bridge");
    run("ip", "-n", bridge, "link", "set", "br0", "up");
    for (int host = 0; host < count; host++) {
      String name = name(host);
      run("ip", "netns", "add", name);
      run("ip", "-n", name, "link", "set", "lo", "up");
      pair(name, "eth0", "port" + host);
      run("ip", "-n", bridge, "link", "set", "port" + host, "master", "br0");
      run("ip", "-n", name, "addr", "add", address(host) + "/24", "dev", "eth0");
      // What is sent into the hole arrives at an interface that nobody listens to.
      pair(name, "hole", "hole" + host);
    }
  }

  private void pair(String host, String inside, String outside)
      throws IOException, InterruptedException {
    run(
        "ip", "-n", host, "link", "add", inside, "type", "veth", "peer", "name", outside, "netns",
        bridge);
    run("ip", "-n", host, "link", "set", inside, "up");
    run("ip", "-n", bridge, "link", "set", outside, "up");
  }

  private String name(int host) {
    return prefix + "h" + host;
  }

  /** The host's address in this network. */
  String address(int host) {
    return SUBNET + (host + 1);
  }

  /** A command that runs on a host, in the place of the process that runs it. */
  List<String> on(int host, List<String> command) {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name(host)));
    whole.addAll(command);
    return whole;
  }

  /** Lets everything vanish that one host sends to another from now on. */
  void cut(int from, int to) throws IOException, InterruptedException {
    String there = address(to);
    // Without an answer to who has the address, the sender would be told that nobody is there.
    run(
        "ip",
        "-n",
        name(from),
        "neigh",
        "replace",
        there,
        "lladdr",
        "02:00:00:00:00:01",
        "dev",
        "hole",
        "nud",
        "permanent");
    run("ip", "-n", name(from), "route", "replace", there + "/32", "dev", "hole");
  }

  /** {@link #cut} in both directions, for each of some hosts and each of others. */
  void separate(List<Integer> here, List<Integer> there) throws IOException, InterruptedException {
    for (int one : here) {
      for (int other : there) {
        if (one != other) {
          cut(one, other);
          cut(other, one);
        }
      }
    }
  }

  /** Everything arrives again. */
  void heal() throws IOException, InterruptedException {
    for (int from = 0; from < count; from++) {
      run("ip", "-n", name(from), "route", "flush", "dev", "hole");
    }
  }

  /** Takes the network down; processes on its hosts have ended before. */
  @Override
  public void close() throws IOException, InterruptedException {
    for (int host = 0; host < count; host++) {
      run("ip", "netns", "delete", name(host));
    }
    run("ip", "netns", "delete", bridge);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException(
          String.join(" ", command) + " ended with " + code + ": " + said.strip());
    }
  }
}
