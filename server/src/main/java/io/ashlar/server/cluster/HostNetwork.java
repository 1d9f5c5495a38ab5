package io.ashlar.server.cluster;

import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Hosts with a network of their own on this machine: a network namespace each, with a router in one
 * more that all their packets pass. What one host sends to another can be made to vanish there, in
 * one direction and without a word, as on a broken line. This machine is one of the hosts, with
 * number 0; nothing else of it is touched. Linux, root and iproute2.
 *
 * <p>Whoever ends without {@link #takeDown()} leaves it behind; the next one takes it down.
 */
final class HostNetwork {

  /** Addresses that are set aside for measuring networks: no real one has them. */
  private static final String SUBNET = "198.18.77.";

  private static final String ROUTER = SUBNET + "254";
  private static final String OBSERVER = SUBNET + "253";
  private static final String PREFIX = "ashlar";
  private static final Path NAMES = Path.of("/run/netns");

  private final String mark = PREFIX + Long.toString(ProcessHandle.current().pid(), 36);
  private final String router = mark + "r";
  private final int count;
  private final TreeSet<Cut> cuts = new TreeSet<>();

  /** A direction in which nothing arrives. */
  record Cut(int from, int to) implements Comparable<Cut> {
    @Override
    public int compareTo(Cut other) {
      return from != other.from ? Integer.compare(from, other.from) : Integer.compare(to, other.to);
    }
  }

  /**
   * Makes it.
   *
   * @param count hosts besides this machine, 1 to 100
   * @throws CommandFailedException where that cannot be done
   */
  HostNetwork(int count) throws IOException, InterruptedException {
    this.count = count;
    takeDownAbandoned();
    checkAddresses();
    try {
      run("ip", "netns", "add", router);
    } catch (IOException refused) {
      throw new CommandFailedException(
          "a network of hosts cannot be made here; it needs Linux, root and iproute2: "
              + refused.getMessage(),
          ExitCodes.UNAVAILABLE,
          refused);
    }
    boolean isMade = false;
    try {
      make();
      isMade = true;
    } finally {
      if (!isMade) {
        takeDown();
      }
    }
  }

  private static void checkAddresses() throws IOException {
    for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
      for (InetAddress address : each.inetAddresses().toList()) {
        if (address.getHostAddress().startsWith(SUBNET)) {
          throw new CommandFailedException(
              "this machine has the address "
                  + address.getHostAddress()
                  + " already: another network of hosts, or a real one, is in the way",
              ExitCodes.UNAVAILABLE);
        }
      }
    }
  }

  private void make() throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    for (int host = 1; host <= count; host++) {
      run("ip", "netns", "add", name(host));
      run(
          "ip",
          "-n",
          router,
          "link",
          "add",
          "port" + host,
          "type",
          "veth",
          "peer",
          "name",
          "eth0",
          "netns",
          name(host));
      batch(
          name(host),
          List.of(
              "link set lo up",
              "link set eth0 up",
              "addr add " + address(host) + "/32 dev eth0",
              "route add " + ROUTER + "/32 dev eth0",
              "route add default via " + ROUTER + " dev eth0"));
      port(lines, host, "port" + host);
    }
    run("ip", "link", "add", mark, "type", "veth", "peer", "name", "port0", "netns", router);
    port(lines, 0, "port0");
    batch(router, lines);
    run("ip", "link", "set", mark, "up");
    run("ip", "addr", "add", OBSERVER + "/32", "dev", mark);
    run("ip", "route", "add", ROUTER + "/32", "dev", mark);
    run("ip", "route", "add", SUBNET + "0/24", "via", ROUTER, "dev", mark);
    // What comes from a host goes on although nothing could go back to it.
    run(
        "ip",
        "netns",
        "exec",
        router,
        "sh",
        "-c",
        "echo 1 >/proc/sys/net/ipv4/ip_forward;"
            + " for each in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$each; done");
  }

  private void port(List<String> lines, int host, String port) {
    lines.add("link set " + port + " up");
    lines.add("addr add " + ROUTER + "/32 dev " + port);
    lines.add("route add " + address(host) + "/32 dev " + port);
  }

  private String name(int host) {
    return mark + "h" + host;
  }

  /** A host's address. */
  String address(int host) {
    return host == 0 ? OBSERVER : SUBNET + host;
  }

  /** What to put before a command that is to run on a host. */
  List<String> on(int host) {
    return host == 0 ? List.of() : List.of("ip", "netns", "exec", name(host));
  }

  /** All hosts, this machine first. */
  List<Integer> hosts() {
    return Stream.iterate(0, host -> host + 1).limit(count + 1L).toList();
  }

  /** Lets everything vanish in these directions from now on. */
  void cut(List<Cut> more) throws IOException, InterruptedException {
    List<Cut> fresh = more.stream().filter(cuts::add).toList();
    batch(router, fresh.stream().map(cut -> "rule add " + rule(cut)).toList());
  }

  /** Both directions between each of some hosts and each of the rest. */
  List<Cut> around(List<Integer> some) {
    List<Cut> both = new ArrayList<>(out(some));
    both.addAll(into(some));
    return both;
  }

  /** From each of some hosts to each of the rest. */
  List<Cut> out(List<Integer> some) {
    List<Cut> all = new ArrayList<>();
    for (int from : some) {
      for (int to : hosts()) {
        if (!some.contains(to)) {
          all.add(new Cut(from, to));
        }
      }
    }
    return all;
  }

  /** To each of some hosts from each of the rest. */
  List<Cut> into(List<Integer> some) {
    return out(some).stream().map(cut -> new Cut(cut.to, cut.from)).toList();
  }

  /** Everything arrives again. */
  void heal() throws IOException, InterruptedException {
    batch(router, cuts.stream().map(cut -> "rule del " + rule(cut)).toList());
    cuts.clear();
  }

  private String rule(Cut cut) {
    return "from " + address(cut.from) + "/32 to " + address(cut.to) + "/32 blackhole";
  }

  /** Takes it down; the processes on its hosts have ended before. */
  void takeDown() throws IOException, InterruptedException {
    takeDown(mark);
  }

  /** Takes down what those have left behind who do not live any more. */
  private static void takeDownAbandoned() throws IOException, InterruptedException {
    TreeSet<String> abandoned = new TreeSet<>();
    for (String name : names()) {
      if (name.matches(PREFIX + "[0-9a-z]+r")) {
        String pid = name.substring(PREFIX.length(), name.length() - 1);
        if (ProcessHandle.of(Long.parseLong(pid, 36)).isEmpty()) {
          abandoned.add(PREFIX + pid);
        }
      }
    }
    for (String mark : abandoned) {
      takeDown(mark);
    }
  }

  /** The link to this machine goes with the router's end of it. */
  private static void takeDown(String mark) throws IOException, InterruptedException {
    for (String name : names()) {
      if (name.matches(mark + "(r|h[0-9]+)")) {
        run("ip", "netns", "delete", name);
      }
    }
  }

  private static List<String> names() throws IOException {
    if (!Files.isDirectory(NAMES)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(NAMES)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void batch(String namespace, List<String> lines)
      throws IOException, InterruptedException {
    say(String.join("\n", lines) + "\n", "ip", "-n", namespace, "-batch", "-");
  }

  private static void run(String... command) throws IOException, InterruptedException {
    say("", command);
  }

  private static void say(String input, String... command)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException(
          String.format(
              Locale.ROOT, "%s ended with %d: %s", String.join(" ", command), code, said.strip()));
    }
  }
}
