package io.ashlar.runtime;

import io.ashlar.host.contract.PortWorld;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

/** Files of another layer, of which an operation fails when a test wants it. */
final class BreakingFiles extends ForwardingFiles {
  /** The failure of an operation. */
  static final class Broken extends IOException {
    private static final long serialVersionUID = 1L;

    Broken(PortWorld.DiskFailure kind) {
      super("broken by the test: " + kind);
    }
  }

  private final AtomicReference<PortWorld.DiskFailure> next = new AtomicReference<>();

  BreakingFiles(FileLayer under) {
    super(under);
  }

  void failNext(PortWorld.DiskFailure kind) {
    next.set(kind);
  }

  private void failIf(PortWorld.DiskFailure kind) throws IOException {
    if (next.compareAndSet(kind, null)) {
      throw new Broken(kind);
    }
  }

  @Override
  public void syncFolder(Path folder) throws IOException {
    failIf(PortWorld.DiskFailure.SYNC);
    super.syncFolder(folder);
  }

  @Override
  public void delete(Path file) throws IOException {
    failIf(PortWorld.DiskFailure.WRITE);
    super.delete(file);
  }

  @Override
  protected Handle handle(Handle opened) {
    return new ForwardingHandle(opened) {
      @Override
      public int read(ByteBuffer to, long offset) throws IOException {
        failIf(PortWorld.DiskFailure.READ);
        return super.read(to, offset);
      }

      @Override
      public void write(ByteBuffer from, long offset) throws IOException {
        if (from.remaining() > 1) {
          // A part of it gets there, as it may when a disk is full.
          int end = from.limit();
          from.limit(from.position() + from.remaining() / 2);
          int half = from.remaining();
          super.write(from, offset);
          from.limit(end);
          failIf(PortWorld.DiskFailure.WRITE);
          super.write(from, offset + half);
        } else {
          failIf(PortWorld.DiskFailure.WRITE);
          super.write(from, offset);
        }
      }

      @Override
      public void sync() throws IOException {
        failIf(PortWorld.DiskFailure.SYNC);
        super.sync();
      }

      @Override
      public void truncate(long size) throws IOException {
        failIf(PortWorld.DiskFailure.WRITE);
        super.truncate(size);
      }
    };
  }
}
