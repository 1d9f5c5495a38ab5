package io.ashlar.server.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.counter.Counter;
import io.ashlar.directory.DirectoryLayer;
import io.ashlar.directory.DirectorySubspace;
import io.ashlar.kv.Codec;
import io.ashlar.kv.KeyValueStore;
import io.ashlar.lease.Lease;
import io.ashlar.lease.Leases;
import io.ashlar.queue.Queue;
import io.ashlar.queue.QueueItem;
import io.ashlar.queue.QueueOptions;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import io.ashlar.tuple.Versionstamp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Layers store what {@code docs/layer-formats.md} says. */
@Timeout(120)
final class LayerFormatsTest {
  private static final Subspace PLACE = new Subspace(new byte[] {0x50});
  private static final byte[] X = {'x'};

  private static List<KeyValue> rows(Database database) {
    return database.read(tx -> tx.getRangeBlocking(Range.startsWith(PLACE.getKey())));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** As an object, since a tuple is too many things for an assertion to choose from. */
  private static Object keyOf(KeyValue row) {
    return PLACE.unpack(row.getKey());
  }

  private static Object valueOf(KeyValue row) {
    return Tuple.fromBytes(row.getValue());
  }

  @Test
  void keyValueStore() {
    try (Database database = Ashlar.inMemory()) {
      KeyValueStore<byte[], byte[]> store =
          new KeyValueStore<>(PLACE, Codec.bytes(), Codec.bytes());
      store.put(database, new byte[] {'a'}, X).join();
      store.put(database, new byte[] {'b'}, X, Duration.ofDays(1)).join();
      List<KeyValue> rows = rows(database);
      assertThat(rows).hasSize(3);
      assertThat(hex(rows.get(0).getKey())).isEqualTo("501461");
      assertThat(hex(rows.get(0).getValue())).matches("01[0-9a-f]{16}78");
      assertThat(hex(rows.get(1).getKey())).isEqualTo("501462");
      assertThat(hex(rows.get(1).getValue())).matches("02[0-9a-f]{32}78");
      String expiry = hex(rows.get(1).getValue()).substring(18, 34);
      assertThat(hex(rows.get(2).getKey())).isEqualTo("501501" + expiry + "62");
      assertThat(rows.get(2).getValue()).isEmpty();
    }
  }

  @Test
  void counter() {
    try (Database database = Ashlar.inMemory()) {
      new Counter(PLACE, 1).add(database, 258).join();
      List<KeyValue> rows = rows(database);
      assertThat(rows).hasSize(1);
      assertThat(hex(rows.get(0).getKey())).isEqualTo("5014");
      assertThat(hex(rows.get(0).getValue())).isEqualTo("0201000000000000");
    }
  }

  @Test
  void lease() {
    try (Database database = Ashlar.inMemory()) {
      Leases leases = new Leases(PLACE);
      Lease lease = leases.tryAcquire(database, "job", "ann", Duration.ofHours(1)).join();
      KeyValue row = rows(database).get(0);
      assertThat(keyOf(row)).isEqualTo(Tuple.from("job"));
      assertThat(valueOf(row)).isEqualTo(Tuple.from(1, "ann", lease.expiresAtMillis()));
      leases.release(database, lease).join();
      assertThat(valueOf(rows(database).get(0))).isEqualTo(Tuple.from(1, null, 0));
    }
  }

  @Test
  void queue() {
    try (Database database = Ashlar.inMemory()) {
      Queue queue = new Queue(PLACE, QueueOptions.defaults());
      queue.push(database, X).join();
      List<KeyValue> waiting = rows(database);
      Tuple ready = PLACE.unpack(waiting.get(0).getKey());
      Versionstamp stamp = ready.getVersionstamp(1);
      long call = ready.getLong(2);
      assertThat((Object) ready).isEqualTo(Tuple.from(0, stamp, call));
      assertThat(valueOf(waiting.get(0))).isEqualTo(Tuple.from(0, X));
      assertThat(hex(waiting.get(1).getKey())).isEqualTo("501503");
      assertThat(hex(waiting.get(1).getValue())).isEqualTo("0100000000000000");

      QueueItem item = queue.claim(database, Duration.ofHours(1)).join();
      List<KeyValue> leased = rows(database);
      assertThat(leased).hasSize(3);
      assertThat(keyOf(leased.get(0)))
          .isEqualTo(Tuple.from(1, item.expiresAtMillis(), stamp, call));
      assertThat(valueOf(leased.get(0))).isEqualTo(Tuple.from(1, X));
      assertThat(keyOf(leased.get(2))).isEqualTo(Tuple.from(4, stamp, call));
      assertThat(valueOf(leased.get(2)))
          .isEqualTo(Tuple.from(item.token(), item.expiresAtMillis()));
    }
  }

  @Test
  void directory() {
    try (Database database = Ashlar.inMemory()) {
      DirectorySubspace made = new DirectoryLayer().createOrOpen(database, List.of("shop")).join();
      byte[] prefix = made.subspace().getKey();
      Subspace nodes = new Subspace(new byte[] {(byte) 0xfe});
      byte[] root = {(byte) 0xfe};
      byte[] child = nodes.pack(Tuple.from(root, 0, "shop"));
      byte[] layer = nodes.pack(Tuple.from(prefix, "layer".getBytes(StandardCharsets.UTF_8)));
      byte[] version = nodes.pack(Tuple.from(root, "version".getBytes(StandardCharsets.UTF_8)));
      List<byte[]> found = database.read(tx -> tx.getManyBlocking(List.of(child, layer, version)));
      assertThat(found.get(0)).isEqualTo(prefix);
      assertThat(found.get(1)).isEmpty();
      assertThat(hex(found.get(2))).isEqualTo("010000000000000000000000");
    }
  }
}
