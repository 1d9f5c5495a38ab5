package io.ashlar.proxy;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.Uid;
import io.ashlar.core.Verdict;
import io.ashlar.host.Inbound;
import io.ashlar.message.Address;
import io.ashlar.message.BatchResolved;
import io.ashlar.message.MetadataBatch;
import io.ashlar.message.MetadataTransaction;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import io.ashlar.message.Refused;
import io.ashlar.message.ResolveBatch;
import io.ashlar.message.ResolverTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A plain resolver: handles batches along the chain, remembers all writes, keeps all answers. */
final class FakeResolver implements FakeWorld.Peer {
  private record Write(long version, KeyRange range) {}

  /** Decides instead of the conflict check where it returns a verdict. */
  interface Script {
    Verdict decide(long version, ResolverTransaction transaction);
  }

  final Address address;
  private final FakeWorld world;
  private final long windowVersions;
  private final List<Write> writes = new ArrayList<>();
  private final Map<Long, List<Inbound>> waiting = new TreeMap<>();
  private final Map<Long, BatchResolved> answers = new TreeMap<>();
  private final TreeMap<Long, MetadataBatch> metadata = new TreeMap<>();

  /** Requests as they came, repetitions too. */
  final List<ResolveBatch> received = new ArrayList<>();

  /** For each proxy the versions of its first requests, in the order of arrival. */
  final Map<Uid, List<Long>> order = new TreeMap<>();

  Script script = (version, transaction) -> null;
  boolean silent;

  /** The answer to everything, unless null. */
  Refused refusal;

  private long last;

  FakeResolver(FakeWorld world, int index, long begin, long windowVersions) {
    this.world = world;
    this.address = new Address("resolver" + index, 20 + index);
    this.last = begin;
    this.windowVersions = windowVersions;
    world.peer(address, this);
  }

  @Override
  public void onMessage(Inbound inbound) {
    if (silent) {
      return;
    }
    if (inbound.message() instanceof Ping) {
      world.reply(address, inbound, new Pong());
      return;
    }
    ResolveBatch request = (ResolveBatch) inbound.message();
    if (refusal != null) {
      received.add(request);
      world.reply(address, inbound, refusal);
      return;
    }
    boolean repeated = received.stream().anyMatch(r -> r.version() == request.version());
    if (!repeated) {
      order.computeIfAbsent(request.proxy(), proxy -> new ArrayList<>()).add(request.version());
    }
    received.add(request);
    if (answers.containsKey(request.version())) {
      world.reply(address, inbound, answers.get(request.version()));
      return;
    }
    waiting.computeIfAbsent(request.previousVersion(), v -> new ArrayList<>()).add(inbound);
    while (waiting.containsKey(last)) {
      List<Inbound> same = waiting.remove(last);
      ResolveBatch batch = (ResolveBatch) same.get(0).message();
      BatchResolved answer = handle(batch);
      answers.put(batch.version(), answer);
      last = batch.version();
      for (Inbound one : same) {
        world.reply(address, one, answer);
      }
    }
  }

  private BatchResolved handle(ResolveBatch batch) {
    List<MetadataBatch> others =
        new ArrayList<>(metadata.subMap(batch.lastReceivedVersion(), false, last, true).values());
    byte[] verdicts = new byte[batch.transactions().size()];
    List<MetadataTransaction> own = new ArrayList<>();
    for (int i = 0; i < verdicts.length; i++) {
      ResolverTransaction transaction = batch.transactions().get(i);
      Verdict verdict = script.decide(batch.version(), transaction);
      if (verdict == null) {
        verdict = decide(batch.version(), transaction);
      }
      verdicts[i] = (byte) verdict.code();
      if (verdict == Verdict.COMMITTED) {
        for (KeyRange range : KeyRanges.decode(transaction.writeConflicts())) {
          writes.add(new Write(batch.version(), range));
        }
      }
      if (!transaction.metadataMutations().isEmpty()) {
        own.add(
            new MetadataTransaction(transaction.index(), verdict, transaction.metadataMutations()));
      }
    }
    if (!own.isEmpty()) {
      metadata.put(batch.version(), new MetadataBatch(batch.version(), own));
    }
    return new BatchResolved(batch.version(), Bytes.wrap(verdicts), others);
  }

  private Verdict decide(long version, ResolverTransaction transaction) {
    List<KeyRange> reads = KeyRanges.decode(transaction.readConflicts());
    if (!reads.isEmpty() && transaction.readVersion() < version - windowVersions) {
      return Verdict.TOO_OLD;
    }
    for (KeyRange read : reads) {
      for (Write write : writes) {
        if (write.version() > transaction.readVersion() && write.range().intersects(read)) {
          return Verdict.CONFLICT;
        }
        if (write.version() == version && write.range().intersects(read)) {
          return Verdict.CONFLICT;
        }
      }
    }
    return Verdict.COMMITTED;
  }
}
