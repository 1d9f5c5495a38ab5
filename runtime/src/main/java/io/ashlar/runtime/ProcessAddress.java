package io.ashlar.runtime;

import java.net.InetSocketAddress;

/** The names of processes that listen: {@code host:port}, an IPv6 address in brackets. */
final class ProcessAddress {
  private ProcessAddress() {}

  /** Where the process listens, not looked up yet; null when the name is of another form. */
  static InetSocketAddress parse(String name) {
    int colon = name.lastIndexOf(':');
    if (colon <= 0 || colon == name.length() - 1 || name.length() - colon > 6) {
      return null;
    }
    int port = 0;
    for (int i = colon + 1; i < name.length(); i++) {
      int digit = name.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      port = port * 10 + digit;
    }
    String host = name.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (port == 0 || port > 65_535 || (host.indexOf(':') >= 0 && !bracketed)) {
      return null;
    }
    return InetSocketAddress.createUnresolved(
        bracketed ? host.substring(1, host.length() - 1) : host, port);
  }

  /** The name of a process that listens at a host and port. */
  static String format(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
