package io.ashlar.core;

/**
 * What operators may change of a database while it lives, each by a row of the system key space,
 * {@code \xff/conf/<name>}, whose value is a decimal number in ASCII. A row that is not there
 * leaves things as they are. Rows of other names are ignored: a later version may know them.
 */
public enum Setting {
  COMMIT_PROXIES("commit_proxies", 1),
  READ_VERSION_PROXIES("read_version_proxies", 1),
  RESOLVERS("resolvers", 1),
  /** Log servers of a generation. */
  LOGS("logs", 1),
  /** F: log servers, in distinct zones, that hold each tag. */
  REPLICATION("replication", 1),
  /** a: log servers a commit need not wait for. */
  ANTI_QUORUM("anti_quorum", 0),
  /** Storage servers, in distinct zones, that hold each shard. */
  STORAGE_REPLICATION("storage_replication", 1);

  /** No setting is above this. */
  public static final int MAX = 64;

  private final String label;
  private final int least;
  private final Bytes key;

  Setting(String label, int least) {
    this.label = label;
    this.least = least;
    this.key = Keys.CONF_PREFIX.concat(Bytes.utf8(label));
  }

  /** Its name in the key, and for people. */
  public String label() {
    return label;
  }

  /** The key of its row. */
  public Bytes key() {
    return key;
  }

  /** The key of the row that says what the present epoch has. */
  public Bytes presentKey() {
    return Keys.PRESENT_PREFIX.concat(Bytes.utf8(label));
  }

  /** The setting whose row is at {@code key}, or null. */
  public static Setting of(Bytes key) {
    for (Setting setting : values()) {
      if (setting.key.equals(key)) {
        return setting;
      }
    }
    return null;
  }

  /** What a row with the number {@code value} holds. */
  public Bytes encode(int value) {
    return Bytes.utf8(Integer.toString(value));
  }

  /**
   * The number that a row's value stands for.
   *
   * @throws MalformedException with what the value may be
   */
  public int decode(Bytes value) {
    int number = 0;
    boolean valid = !value.isEmpty() && value.length() <= 2;
    for (int i = 0; valid && i < value.length(); i++) {
      int digit = value.at(i) - '0';
      valid = digit >= 0 && digit <= 9;
      number = 10 * number + digit;
    }
    if (!valid || number < least || number > MAX) {
      throw new MalformedException(
          label
              + " must be a number from "
              + least
              + " to "
              + MAX
              + ", not "
              + value.printable(32));
    }
    return number;
  }
}
