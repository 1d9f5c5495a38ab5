package io.ashlar.simulation.shape;

import io.ashlar.client.TransactionOptions;

/** Options of a transaction whose errors are counted. */
final class CountedOptions implements TransactionOptions {
  private final TransactionOptions inner;
  private final CountedReader reader;

  CountedOptions(TransactionOptions inner, CountedReader reader) {
    this.inner = inner;
    this.reader = reader;
  }

  @Override
  public TransactionOptions setTimeout(long millis) {
    reader.seen(() -> inner.setTimeout(millis));
    return this;
  }

  @Override
  public TransactionOptions setRetryLimit(long retries) {
    reader.seen(() -> inner.setRetryLimit(retries));
    return this;
  }

  @Override
  public TransactionOptions setMaxRetryDelay(long millis) {
    reader.seen(() -> inner.setMaxRetryDelay(millis));
    return this;
  }

  @Override
  public TransactionOptions setSizeLimit(long bytes) {
    reader.seen(() -> inner.setSizeLimit(bytes));
    return this;
  }

  @Override
  public TransactionOptions setSnapshotRywDisable() {
    reader.seen(() -> inner.setSnapshotRywDisable());
    return this;
  }

  @Override
  public TransactionOptions setSnapshotRywEnable() {
    reader.seen(() -> inner.setSnapshotRywEnable());
    return this;
  }

  @Override
  public TransactionOptions setReadYourWritesDisable() {
    reader.seen(() -> inner.setReadYourWritesDisable());
    return this;
  }

  @Override
  public TransactionOptions setCausalReadRisky() {
    reader.seen(() -> inner.setCausalReadRisky());
    return this;
  }

  @Override
  public TransactionOptions setNextWriteNoWriteConflictRange() {
    reader.seen(() -> inner.setNextWriteNoWriteConflictRange());
    return this;
  }

  @Override
  public TransactionOptions setReadSystemKeys() {
    reader.seen(() -> inner.setReadSystemKeys());
    return this;
  }

  @Override
  public TransactionOptions setAccessSystemKeys() {
    reader.seen(() -> inner.setAccessSystemKeys());
    return this;
  }

  @Override
  public TransactionOptions setBypassUnreadable() {
    reader.seen(() -> inner.setBypassUnreadable());
    return this;
  }

  @Override
  public TransactionOptions setIdempotent() {
    reader.seen(() -> inner.setIdempotent());
    return this;
  }

  @Override
  public TransactionOptions setAutomaticIdempotency() {
    reader.seen(() -> inner.setAutomaticIdempotency());
    return this;
  }

  @Override
  public TransactionOptions setAutomaticIdempotencyDisable() {
    reader.seen(() -> inner.setAutomaticIdempotencyDisable());
    return this;
  }
}
