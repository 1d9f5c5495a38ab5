package io.ashlar.message;

/**
 * Where a role is reached.
 *
 * @param process the worker's process: {@code host:port} where it listens
 * @param endpoint the role within it; see {@link Endpoints}
 */
public record Address(String process, long endpoint) implements Comparable<Address> {
  /** Nowhere; not sent to. */
  public static final Address NONE = new Address("", 0);

  @Override
  public int compareTo(Address other) {
    int byProcess = process.compareTo(other.process);
    return byProcess != 0 ? byProcess : Long.compare(endpoint, other.endpoint);
  }

  @Override
  public String toString() {
    return process + "/" + Long.toHexString(endpoint);
  }
}
