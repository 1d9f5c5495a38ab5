package io.ashlar.control;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.InitialSplit;
import io.ashlar.core.Limits;
import io.ashlar.core.Setting;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * How many of each role an epoch has, and how much the log may lose. Chosen when the database is
 * created and kept in the coordinated state; all but storage servers, shards and window may be
 * others from an epoch on: each generation of the log says how it is replicated, and shards move to
 * teams of another size.
 *
 * @param commitProxies 1 to 64
 * @param readVersionProxies 1 to 64
 * @param resolvers 1 to 64, each with an equal part of the key space by first byte
 * @param logs log servers, 1 to 64
 * @param storages storage servers that a new database begins with, 1 to 64
 * @param replication F: log servers, in distinct zones, that hold each tag
 * @param antiQuorum a: log servers a commit need not wait for; 0, or at most F − 2
 * @param storageReplication storage servers, in distinct zones, that hold each shard; as many as
 *     there are zones with storage servers while those are fewer
 * @param shards how many a new database begins with, 1 to {@link InitialSplit#SHARDS_MAX}
 * @param windowVersions how far back reads and commits reach, 100,000 to 5,000,000
 */
public record ClusterConfiguration(
    int commitProxies,
    int readVersionProxies,
    int resolvers,
    int logs,
    int storages,
    int replication,
    int antiQuorum,
    int storageReplication,
    int shards,
    long windowVersions) {
  private static final int ROLES_MAX = 64;
  private static final long WINDOW_VERSIONS_MIN = 100_000;

  public ClusterConfiguration {
    checkCount("commit proxies", commitProxies);
    checkCount("read-version proxies", readVersionProxies);
    checkCount("resolvers", resolvers);
    checkCount("log servers", logs);
    checkCount("storage servers", storages);
    check(
        replication >= 1 && replication <= logs,
        "replication must be 1 to the number of log servers, not " + replication);
    check(
        antiQuorum == 0 || (antiQuorum > 0 && antiQuorum <= replication - 2),
        "anti-quorum must be 0 or at most replication − 2, not " + antiQuorum);
    checkCount("copies of a shard", storageReplication);
    check(
        shards >= 1 && shards <= InitialSplit.SHARDS_MAX,
        "the number of shards must be 1 to 256, not " + shards);
    check(
        windowVersions >= WINDOW_VERSIONS_MIN && windowVersions <= Limits.WINDOW_VERSIONS,
        "the window must be 100,000 to 5,000,000 versions, not " + windowVersions);
  }

  /** As many replicas of storage as of the log, as far as there are storage servers for them. */
  public ClusterConfiguration(
      int commitProxies,
      int readVersionProxies,
      int resolvers,
      int logs,
      int storages,
      int replication,
      int antiQuorum,
      long windowVersions) {
    this(
        commitProxies,
        readVersionProxies,
        resolvers,
        logs,
        storages,
        replication,
        antiQuorum,
        Math.min(replication, storages),
        InitialSplit.SHARDS_MAX,
        windowVersions);
  }

  /** One of everything: the embedded default. */
  public static ClusterConfiguration single() {
    return new ClusterConfiguration(1, 1, 1, 1, 1, 1, 0, Limits.WINDOW_VERSIONS);
  }

  private static void checkCount(String what, int count) {
    check(
        count >= 1 && count <= ROLES_MAX,
        "the number of " + what + " must be 1 to 64, not " + count);
  }

  private static void check(boolean condition, String message) {
    if (!condition) {
      throw new AshlarException(ErrorCode.INVALID_OPTION_VALUE, message);
    }
  }

  /** What a setting is. */
  public int get(Setting setting) {
    return switch (setting) {
      case COMMIT_PROXIES -> commitProxies;
      case READ_VERSION_PROXIES -> readVersionProxies;
      case RESOLVERS -> resolvers;
      case LOGS -> logs;
      case REPLICATION -> replication;
      case ANTI_QUORUM -> antiQuorum;
      case STORAGE_REPLICATION -> storageReplication;
    };
  }

  /**
   * The same database with other settings.
   *
   * @param changed those that change, with their numbers
   * @throws AshlarException with the reason when they do not go together
   */
  public ClusterConfiguration with(Map<Setting, Integer> changed) {
    ToIntFunction<Setting> next = setting -> changed.getOrDefault(setting, get(setting));
    return new ClusterConfiguration(
        next.applyAsInt(Setting.COMMIT_PROXIES),
        next.applyAsInt(Setting.READ_VERSION_PROXIES),
        next.applyAsInt(Setting.RESOLVERS),
        next.applyAsInt(Setting.LOGS),
        storages,
        next.applyAsInt(Setting.REPLICATION),
        next.applyAsInt(Setting.ANTI_QUORUM),
        next.applyAsInt(Setting.STORAGE_REPLICATION),
        shards,
        windowVersions);
  }

  /** All settings. */
  public Map<Setting, Integer> settings() {
    Map<Setting, Integer> settings = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      settings.put(setting, get(setting));
    }
    return settings;
  }

  void encode(ByteWriter to) {
    to.putVarint(commitProxies).putVarint(readVersionProxies).putVarint(resolvers);
    to.putVarint(logs).putVarint(storages).putVarint(replication).putVarint(antiQuorum);
    to.putVarint(storageReplication).putVarint(shards);
    to.putLong(windowVersions);
  }

  static ClusterConfiguration decode(ByteReader from) {
    return new ClusterConfiguration(
        from.getCount(),
        from.getCount(),
        from.getCount(),
        from.getCount(),
        from.getCount(),
        from.getCount(),
        from.getCount(),
        from.getCount(),
        from.getCount(),
        from.getLong());
  }
}
