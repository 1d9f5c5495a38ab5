package io.ashlar.server.cluster;

import io.ashlar.core.SeededRandom;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Ports of this machine that nobody listens at. They lie below those that systems give to outgoing
 * connections: a process that was killed must find its port free when it comes again.
 */
final class FreePorts {
  private static final int FIRST = 10_000;
  private static final int END = 32_000;
  private static final int TRIES_MAX = 10_000;

  private FreePorts() {}

  /**
   * Finds {@code count} of them. Another program may take one before it is used.
   *
   * @param taken are passed over
   */
  static List<Integer> find(int count, List<Integer> taken) throws IOException {
    SeededRandom random = new SeededRandom(System.nanoTime() ^ ProcessHandle.current().pid());
    TreeSet<Integer> tried = new TreeSet<>(taken);
    List<Integer> found = new ArrayList<>();
    for (int tries = 0; found.size() < count; tries++) {
      if (tries == TRIES_MAX) {
        throw new IOException("no " + count + " free ports from " + FIRST + " to " + (END - 1));
      }
      int port = random.nextInt(FIRST, END);
      if (tried.add(port) && isFree(port)) {
        found.add(port);
      }
    }
    return found;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException inUse) {
      return false;
    }
  }
}
