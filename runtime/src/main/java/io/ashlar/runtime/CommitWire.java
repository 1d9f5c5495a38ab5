package io.ashlar.runtime;

import io.ashlar.core.Verdict;
import io.ashlar.message.BatchResolved;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.CommitVersion;
import io.ashlar.message.GetCommitVersion;
import io.ashlar.message.GetKeyLocations;
import io.ashlar.message.GetReadVersion;
import io.ashlar.message.KeyLocations;
import io.ashlar.message.LiveVersion;
import io.ashlar.message.MetadataBatch;
import io.ashlar.message.MetadataTransaction;
import io.ashlar.message.ReadVersion;
import io.ashlar.message.ReportCommitted;
import io.ashlar.message.ResolveBatch;
import io.ashlar.message.ResolverTransaction;
import io.ashlar.message.ShardLocation;
import io.ashlar.message.TransactionCommitted;
import io.ashlar.runtime.wire.Wire;

/** The messages of sequencer, proxies and resolvers. */
final class CommitWire {
  private CommitWire() {}

  static Wire.GetCommitVersion toWire(GetCommitVersion m) {
    return Wire.GetCommitVersion.newBuilder()
        .setProxy(WireParts.toWire(m.proxy()))
        .setRequestNumber(m.requestNumber())
        .build();
  }

  static GetCommitVersion fromWire(Wire.GetCommitVersion m) {
    return new GetCommitVersion(WireParts.fromWire(m.getProxy()), m.getRequestNumber());
  }

  static Wire.CommitVersion toWire(CommitVersion m) {
    return Wire.CommitVersion.newBuilder()
        .setRequestNumber(m.requestNumber())
        .setPreviousVersion(m.previousVersion())
        .setVersion(m.version())
        .build();
  }

  static CommitVersion fromWire(Wire.CommitVersion m) {
    return new CommitVersion(m.getRequestNumber(), m.getPreviousVersion(), m.getVersion());
  }

  static Wire.LiveVersion toWire(LiveVersion m) {
    return Wire.LiveVersion.newBuilder().setVersion(m.version()).build();
  }

  static LiveVersion fromWire(Wire.LiveVersion m) {
    return new LiveVersion(m.getVersion());
  }

  static Wire.ReportCommitted toWire(ReportCommitted m) {
    return Wire.ReportCommitted.newBuilder().setVersion(m.version()).build();
  }

  static ReportCommitted fromWire(Wire.ReportCommitted m) {
    return new ReportCommitted(m.getVersion());
  }

  static Wire.GetReadVersion toWire(GetReadVersion m) {
    return Wire.GetReadVersion.newBuilder().setCausalReadRisky(m.causalReadRisky()).build();
  }

  static GetReadVersion fromWire(Wire.GetReadVersion m) {
    return new GetReadVersion(m.getCausalReadRisky());
  }

  static Wire.ReadVersion toWire(ReadVersion m) {
    return Wire.ReadVersion.newBuilder()
        .setVersion(m.version())
        .setStoreTimeMillis(m.storeTimeMillis())
        .build();
  }

  static ReadVersion fromWire(Wire.ReadVersion m) {
    return new ReadVersion(m.getVersion(), m.getStoreTimeMillis());
  }

  static Wire.CommitTransaction toWire(CommitTransaction m) {
    Wire.CommitTransaction.Builder wire =
        Wire.CommitTransaction.newBuilder()
            .setReadVersion(m.readVersion())
            .setReadConflicts(WireParts.toWire(m.readConflicts()))
            .setWriteConflicts(WireParts.toWire(m.writeConflicts()))
            .setMutations(WireParts.toWire(m.mutations()));
    if (!m.id().isEmpty()) {
      wire.setId(WireParts.toWire(m.id()));
    }
    if (m.commitVersionMax() != CommitTransaction.ANY_VERSION) {
      wire.setCommitVersionMax(m.commitVersionMax());
    }
    return wire.build();
  }

  static CommitTransaction fromWire(Wire.CommitTransaction m) {
    return new CommitTransaction(
        m.getReadVersion(),
        WireParts.fromWire(m.getReadConflicts()),
        WireParts.fromWire(m.getWriteConflicts()),
        WireParts.fromWire(m.getMutations()),
        WireParts.fromWire(m.getId()),
        m.hasCommitVersionMax() ? m.getCommitVersionMax() : CommitTransaction.ANY_VERSION);
  }

  static Wire.TransactionCommitted toWire(TransactionCommitted m) {
    return Wire.TransactionCommitted.newBuilder()
        .setVersion(m.version())
        .setBatchIndex(m.batchIndex())
        .build();
  }

  static TransactionCommitted fromWire(Wire.TransactionCommitted m) {
    return new TransactionCommitted(m.getVersion(), m.getBatchIndex());
  }

  static Wire.GetKeyLocations toWire(GetKeyLocations m) {
    return Wire.GetKeyLocations.newBuilder()
        .setRange(WireParts.toWire(m.range()))
        .setLimit(m.limit())
        .setReverse(m.reverse())
        .build();
  }

  static GetKeyLocations fromWire(Wire.GetKeyLocations m) {
    return new GetKeyLocations(WireParts.fromWire(m.getRange()), m.getLimit(), m.getReverse());
  }

  static Wire.KeyLocations toWire(KeyLocations m) {
    Wire.KeyLocations.Builder builder = Wire.KeyLocations.newBuilder();
    for (ShardLocation shard : m.shards()) {
      builder.addShards(
          Wire.ShardLocation.newBuilder()
              .setRange(WireParts.toWire(shard.range()))
              .addAllTags(shard.tags()));
    }
    return builder.build();
  }

  static KeyLocations fromWire(Wire.KeyLocations m) {
    return new KeyLocations(
        WireParts.listFromWire(
            m.getShardsList(),
            s -> new ShardLocation(WireParts.fromWire(s.getRange()), s.getTagsList())));
  }

  static Wire.ResolveBatch toWire(ResolveBatch m) {
    return Wire.ResolveBatch.newBuilder()
        .setProxy(WireParts.toWire(m.proxy()))
        .setPreviousVersion(m.previousVersion())
        .setVersion(m.version())
        .setLastReceivedVersion(m.lastReceivedVersion())
        .addAllTransactions(WireParts.listToWire(m.transactions(), CommitWire::toWire))
        .build();
  }

  static ResolveBatch fromWire(Wire.ResolveBatch m) {
    return new ResolveBatch(
        WireParts.fromWire(m.getProxy()),
        m.getPreviousVersion(),
        m.getVersion(),
        m.getLastReceivedVersion(),
        WireParts.listFromWire(m.getTransactionsList(), CommitWire::fromWire));
  }

  private static Wire.ResolverTransaction toWire(ResolverTransaction transaction) {
    return Wire.ResolverTransaction.newBuilder()
        .setIndex(transaction.index())
        .setReadVersion(transaction.readVersion())
        .setReadConflicts(WireParts.toWire(transaction.readConflicts()))
        .setWriteConflicts(WireParts.toWire(transaction.writeConflicts()))
        .setMetadataMutations(WireParts.toWire(transaction.metadataMutations()))
        .build();
  }

  private static ResolverTransaction fromWire(Wire.ResolverTransaction transaction) {
    return new ResolverTransaction(
        transaction.getIndex(),
        transaction.getReadVersion(),
        WireParts.fromWire(transaction.getReadConflicts()),
        WireParts.fromWire(transaction.getWriteConflicts()),
        WireParts.fromWire(transaction.getMetadataMutations()));
  }

  static Wire.BatchResolved toWire(BatchResolved m) {
    return Wire.BatchResolved.newBuilder()
        .setVersion(m.version())
        .setVerdicts(WireParts.toWire(m.verdicts()))
        .addAllMetadata(WireParts.listToWire(m.metadata(), CommitWire::toWire))
        .build();
  }

  static BatchResolved fromWire(Wire.BatchResolved m) {
    return new BatchResolved(
        m.getVersion(),
        WireParts.fromWire(m.getVerdicts()),
        WireParts.listFromWire(m.getMetadataList(), CommitWire::fromWire));
  }

  private static Wire.MetadataBatch toWire(MetadataBatch batch) {
    Wire.MetadataBatch.Builder builder =
        Wire.MetadataBatch.newBuilder().setVersion(batch.version());
    for (MetadataTransaction transaction : batch.transactions()) {
      builder.addTransactions(
          Wire.MetadataTransaction.newBuilder()
              .setIndex(transaction.index())
              .setVerdict(transaction.verdict().code())
              .setMutations(WireParts.toWire(transaction.mutations())));
    }
    return builder.build();
  }

  private static MetadataBatch fromWire(Wire.MetadataBatch batch) {
    return new MetadataBatch(
        batch.getVersion(),
        WireParts.listFromWire(
            batch.getTransactionsList(),
            t ->
                new MetadataTransaction(
                    t.getIndex(),
                    Verdict.ofCode(t.getVerdict()),
                    WireParts.fromWire(t.getMutations()))));
  }
}
