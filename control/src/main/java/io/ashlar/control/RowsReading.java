package io.ashlar.control;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.GetKeyLocations;
import io.ashlar.message.GetRange;
import io.ashlar.message.KeyLocations;
import io.ashlar.message.Message;
import io.ashlar.message.RangeRead;
import io.ashlar.message.ShardLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Reads a range of rows at a version as clients do, from the storage servers that have them. */
final class RowsReading {
  /** Hears the end: one of the two, once. */
  interface Listener {
    void onRows(List<KeyValue> rows);

    void onFailed(Failure failure);
  }

  private static final int ROWS_MAX = 1_000;
  private static final int BYTES_MAX = 100_000;

  private final Host host;
  private final long timeoutNanos;
  private final Address proxy;
  private final IntFunction<Address> storages;
  private final int choice;
  private final long version;
  private final Listener listener;
  private final List<KeyValue> rows = new ArrayList<>();
  private KeyRange rest;

  /**
   * @param proxy a commit proxy of the epoch
   * @param storages where the storage server of a tag is, or {@link Address#NONE}
   * @param choice which of those who have the rows is asked: others when it is another
   */
  RowsReading(
      Host host,
      long timeoutNanos,
      Address proxy,
      IntFunction<Address> storages,
      int choice,
      KeyRange range,
      long version,
      Listener listener) {
    this.host = host;
    this.timeoutNanos = timeoutNanos;
    this.proxy = proxy;
    this.storages = storages;
    this.choice = choice;
    this.version = version;
    this.listener = listener;
    this.rest = range;
  }

  /** Begins; called once. */
  void read() {
    if (rest.isEmpty()) {
      listener.onRows(rows);
      return;
    }
    ask(proxy, new GetKeyLocations(rest, 1, false), KeyLocations.class, new Located());
  }

  private <R extends Message> void ask(
      Address to, Message request, Class<R> reply, ReplyHandler<R> handler) {
    host.network().request(to, request, reply, timeoutNanos, handler);
  }

  private void readPart(ShardLocation location) {
    List<Address> there = new ArrayList<>();
    for (int tag : location.tags()) {
      Address address = storages.apply(tag);
      if (!address.equals(Address.NONE)) {
        there.add(address);
      }
    }
    if (there.isEmpty()) {
      listener.onFailed(Failure.disconnected("no storage server of the system keys is there"));
      return;
    }
    KeyRange part = rest.intersection(location.range());
    ask(
        there.get(Math.floorMod(choice, there.size())),
        new GetRange(version, part, ROWS_MAX, BYTES_MAX, false, false),
        RangeRead.class,
        new Read(part, location));
  }

  /** Where the first of the rest is. */
  private final class Located implements ReplyHandler<KeyLocations> {
    @Override
    public void onReply(KeyLocations reply) {
      readPart(reply.shards().get(0));
    }

    @Override
    public void onFailure(Failure failure) {
      listener.onFailed(failure);
    }
  }

  /** Some rows. */
  private final class Read implements ReplyHandler<RangeRead> {
    private final KeyRange part;
    private final ShardLocation location;

    Read(KeyRange part, ShardLocation location) {
      this.part = part;
      this.location = location;
    }

    @Override
    public void onReply(RangeRead reply) {
      rows.addAll(reply.rows());
      if (reply.more()) {
        Bytes last = reply.rows().get(reply.rows().size() - 1).key();
        rest = new KeyRange(Keys.after(last), rest.end());
        readPart(location);
      } else {
        rest = new KeyRange(part.end(), rest.end());
        read();
      }
    }

    @Override
    public void onFailure(Failure failure) {
      listener.onFailed(failure);
    }
  }
}
