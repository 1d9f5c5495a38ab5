package io.ashlar.server;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Where a node listens.
 *
 * @param host a name or address; brackets around an IPv6 address are taken off
 * @param port 0 for any free one
 */
record ListenAddress(String host, int port) {
  /** From {@code host:port} or {@code [ipv6]:port}. */
  static ListenAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.contains(":")) {
      throw wrong(text);
    }
    int port;
    try {
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException notANumber) {
      throw wrong(text);
    }
    if (host.isEmpty() || port < 0 || port > 65_535) {
      throw wrong(text);
    }
    return new ListenAddress(host, port);
  }

  private static CommandFailedException wrong(String text) {
    return new CommandFailedException(
        "--listen takes host:port, such as 127.0.0.1:4500 or [::1]:4500, not " + text,
        ExitCodes.USAGE);
  }

  /** Whether only this machine can reach it. */
  boolean isLoopback() {
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (!address.isLoopbackAddress()) {
          return false;
        }
      }
      return true;
    } catch (UnknownHostException unknown) {
      throw new CommandFailedException("there is no host " + host, ExitCodes.USAGE);
    }
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
