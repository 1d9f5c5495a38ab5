package io.ashlar.simulation;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
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

  /** Of reads: each is whole within one event. */
  private int openCursors;

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
    checkNoReadIsOpen();
    // Into memory alone: there is no write-ahead log.
    engine.write(batch, onWritten);
  }

  @Override
  public EngineSnapshot snapshot() {
    checkNoReadIsOpen();
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
    checkNoReadIsOpen();
    engine.close(onClosed);
  }

  /** An engine waits for reads under way when it is closed: for ever, if one is not ended. */
  private void checkNoReadIsOpen() {
    Check.that(openCursors == 0, "cursors were left open in ", name);
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

  /** A cursor was moved to where it stands now. */
  private void checkMoved(EngineCursor rows) {
    checkReadable();
    if (rows.isValid()) {
      checkWhole(rows.key());
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
      EngineCursor opened = rows.cursor(range, reverse);
      try {
        checkMoved(opened);
      } catch (AshlarException e) {
        // As an engine does: whoever asked for it has nothing to close.
        opened.close();
        throw e;
      }
      return new Cursor(opened);
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
    private boolean isClosed;

    Cursor(EngineCursor rows) {
      this.rows = rows;
      openCursors++;
    }

    @Override
    public boolean isValid() {
      return rows.isValid();
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
      checkMoved(rows);
    }

    @Override
    public void skipTo(Bytes bound) {
      rows.skipTo(bound);
      checkMoved(rows);
    }

    @Override
    public void close() {
      rows.close();
      if (!isClosed) {
        isClosed = true;
        openCursors--;
      }
    }
  }
}
