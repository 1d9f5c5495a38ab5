package io.ashlar.simulation;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.simulation.world.DiskError;
import io.ashlar.simulation.world.DiskTrouble;
import io.ashlar.simulation.world.SimDisk;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.storage.EngineBatch;
import io.ashlar.storage.EngineCursor;
import io.ashlar.storage.EngineSnapshot;
import io.ashlar.storage.EngineState;
import io.ashlar.storage.StorageEngine;
import java.util.List;
import java.util.function.Consumer;

/**
 * An engine on a disk that fails at times: a flush or a read that cannot be done stops the process,
 * and rows in damaged blocks are refused.
 */
final class FaultyEngine implements StorageEngine {
  private final StorageEngine engine;
  private final String name;
  private final SimProcess process;
  private final EngineDamage damage;

  FaultyEngine(StorageEngine engine, String name, SimProcess process, EngineDamage damage) {
    this.engine = engine;
    this.name = name;
    this.process = process;
    this.damage = damage;
  }

  private SimDisk disk() {
    return process.machine().disk();
  }

  @Override
  public void open(Consumer<EngineState> onOpen) {
    if (!disk().stops(process, DiskTrouble.Operation.ENGINE_READ, name)) {
      engine.open(onOpen);
    }
  }

  @Override
  public void write(EngineBatch batch, Runnable onWritten) {
    // Into memory alone: there is no write-ahead log.
    engine.write(batch, onWritten);
  }

  @Override
  public EngineSnapshot snapshot() {
    return new Snapshot(engine.snapshot());
  }

  @Override
  public void flush(Runnable onDurable) {
    if (!disk().stops(process, DiskTrouble.Operation.ENGINE_FLUSH, name)
        && !disk().stopsFull(process, name)) {
      engine.flush(onDurable);
    }
  }

  @Override
  public void close(Runnable onClosed) {
    engine.close(onClosed);
  }

  private void checkReadable() {
    if (disk().trouble().takeFailure(DiskTrouble.Operation.ENGINE_READ)) {
      process.world().count("disk errors: " + DiskTrouble.Operation.ENGINE_READ);
      throw new DiskError("a read of " + name + " failed");
    }
  }

  private void checkWhole(Bytes key) {
    if (damage.contains(key)) {
      throw new AshlarException(
          ErrorCode.FILE_CORRUPT, name + ": the block with " + key + " has a wrong checksum");
    }
  }

  /** A view of the engine's rows that meets what is wrong with them. */
  private final class Snapshot implements EngineSnapshot {
    private final EngineSnapshot rows;

    Snapshot(EngineSnapshot rows) {
      this.rows = rows;
    }

    @Override
    public long storedVersion() {
      return rows.storedVersion();
    }

    @Override
    public Bytes get(Bytes key) {
      checkReadable();
      checkWhole(key);
      return rows.get(key);
    }

    @Override
    public List<Bytes> get(List<Bytes> keys) {
      checkReadable();
      keys.forEach(FaultyEngine.this::checkWhole);
      return rows.get(keys);
    }

    @Override
    public EngineCursor cursor(KeyRange range, boolean reverse) {
      checkReadable();
      return new Cursor(rows.cursor(range, reverse));
    }

    @Override
    public void retain() {
      rows.retain();
    }

    @Override
    public void release() {
      rows.release();
    }
  }

  private final class Cursor implements EngineCursor {
    private final EngineCursor rows;

    Cursor(EngineCursor rows) {
      this.rows = rows;
    }

    @Override
    public boolean isValid() {
      if (!rows.isValid()) {
        return false;
      }
      checkWhole(rows.key());
      return true;
    }

    @Override
    public Bytes key() {
      return rows.key();
    }

    @Override
    public Bytes value() {
      return rows.value();
    }

    @Override
    public void advance() {
      rows.advance();
    }

    @Override
    public void skipTo(Bytes bound) {
      rows.skipTo(bound);
    }

    @Override
    public void close() {
      rows.close();
    }
  }
}
