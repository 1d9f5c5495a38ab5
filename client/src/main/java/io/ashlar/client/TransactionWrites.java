package io.ashlar.client;

import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import java.util.Objects;

/** The writing calls of a transaction: checks their limits, then keeps them. */
final class TransactionWrites {
  private final ClientTransaction transaction;

  TransactionWrites(ClientTransaction transaction) {
    this.transaction = transaction;
  }

  void set(byte[] key, byte[] value) {
    Bytes keyBytes = Bytes.copyOf(key);
    Objects.requireNonNull(value, "the value is null; clear() makes a key absent");
    synchronized (transaction) {
      Attempt attempt = transaction.attempt();
      attempt.expectActive();
      Legality.checkKey(keyBytes, transaction.settings().writeEnd());
      Legality.checkValue(value.length);
      expectRoom(attempt, key.length + value.length);
      attempt.writes.set(keyBytes, Bytes.copyOf(value));
    }
  }

  void clear(byte[] key) {
    Bytes keyBytes = Bytes.copyOf(key);
    synchronized (transaction) {
      Attempt attempt = transaction.attempt();
      attempt.expectActive();
      Legality.checkKey(keyBytes, transaction.settings().writeEnd());
      expectRoom(attempt, 2 * key.length + 1);
      attempt.writes.clear(keyBytes);
    }
  }

  void clear(byte[] begin, byte[] end) {
    Bytes from = Bytes.copyOf(begin);
    Bytes to = Bytes.copyOf(end);
    synchronized (transaction) {
      Attempt attempt = transaction.attempt();
      attempt.expectActive();
      Legality.checkRange(from, to, transaction.settings().writeEnd());
      expectRoom(attempt, from.equals(to) ? 0 : begin.length + end.length);
      attempt.writes.clear(from, to);
    }
  }

  void mutate(MutationType type, byte[] key, byte[] param) {
    Objects.requireNonNull(type, "the type of the mutation is null");
    Bytes keyBytes = Bytes.copyOf(key);
    Bytes operand = Bytes.copyOf(param);
    synchronized (transaction) {
      Attempt attempt = transaction.attempt();
      attempt.expectActive();
      WriteBuffer writes = attempt.writes;
      switch (type) {
        case SET_VERSIONSTAMPED_KEY -> {
          Legality.checkStampPosition(keyBytes);
          Legality.checkKey(Legality.withoutPosition(keyBytes), transaction.settings().writeEnd());
          Legality.checkValue(param.length);
          expectRoom(attempt, key.length + param.length);
          writes.setVersionstampedKey(keyBytes, operand, Math.max(0, attempt.knownVersion));
        }
        case SET_VERSIONSTAMPED_VALUE -> {
          Legality.checkKey(keyBytes, transaction.settings().writeEnd());
          Legality.checkStampPosition(operand);
          Legality.checkValue(param.length - Integer.BYTES);
          expectRoom(attempt, key.length + param.length);
          writes.setVersionstampedValue(keyBytes, operand);
        }
        default -> {
          Legality.checkKey(keyBytes, transaction.settings().writeEnd());
          Legality.checkValue(param.length);
          expectRoom(attempt, key.length + param.length);
          writes.atomic(type.toCore(), keyBytes, operand);
        }
      }
    }
  }

  /** Refuses a write that makes the transaction too large, which it cannot get out of again. */
  private void expectRoom(Attempt attempt, long added) {
    attempt.used = true;
    long sizeBytes = attempt.writes.sizeBytes() + added;
    if (sizeBytes > transaction.settings().sizeLimitBytes()) {
      attempt.fail(Legality.tooLarge(sizeBytes, transaction.settings().sizeLimitBytes()));
      throw attempt.failure();
    }
  }

  void addReadConflictRange(byte[] begin, byte[] end) {
    Bytes from = Bytes.copyOf(begin);
    Bytes to = Bytes.copyOf(end);
    synchronized (transaction) {
      Attempt attempt = transaction.attempt();
      attempt.expectActive();
      Legality.checkRange(from, to, transaction.settings().readEnd());
      attempt.readConflicts.add(from, to);
    }
  }

  void addReadConflictKey(byte[] key) {
    Bytes keyBytes = Bytes.copyOf(key);
    synchronized (transaction) {
      Attempt attempt = transaction.attempt();
      attempt.expectActive();
      Legality.checkKey(keyBytes, transaction.settings().readEnd());
      attempt.readConflicts.addKey(keyBytes);
    }
  }

  void addWriteConflictRange(byte[] begin, byte[] end) {
    Bytes from = Bytes.copyOf(begin);
    Bytes to = Bytes.copyOf(end);
    synchronized (transaction) {
      Attempt attempt = transaction.attempt();
      attempt.expectActive();
      Legality.checkRange(from, to, transaction.settings().writeEnd());
      attempt.writes.addConflictRange(from, to);
    }
  }

  void addWriteConflictKey(byte[] key) {
    Bytes keyBytes = Bytes.copyOf(key);
    synchronized (transaction) {
      Attempt attempt = transaction.attempt();
      attempt.expectActive();
      Legality.checkKey(keyBytes, transaction.settings().writeEnd());
      attempt.writes.addConflictRange(keyBytes, Keys.after(keyBytes));
    }
  }
}
