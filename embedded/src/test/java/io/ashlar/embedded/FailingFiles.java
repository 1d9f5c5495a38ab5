package io.ashlar.embedded;

import io.ashlar.runtime.FileLayer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Files of another layer, of which writes fail from a moment on, as on a full disk. */
final class FailingFiles implements FileLayer {
  private final FileLayer under;
  private volatile boolean full;

  FailingFiles(FileLayer under) {
    this.under = under;
  }

  /** From now on nothing can be written any more, or it can again. */
  void setFull(boolean isFull) {
    full = isFull;
  }

  private void checkSpace() throws IOException {
    if (full) {
      throw new IOException("No space left on device");
    }
  }

  @Override
  public boolean exists(Path file) throws IOException {
    return under.exists(file);
  }

  @Override
  public Handle open(Path file) throws IOException {
    return new FailingHandle(under.open(file));
  }

  @Override
  public List<Path> list(Path folder) throws IOException {
    return under.list(folder);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    under.rename(from, to);
  }

  @Override
  public void delete(Path file) throws IOException {
    under.delete(file);
  }

  @Override
  public void createFolders(Path folder) throws IOException {
    under.createFolders(folder);
  }

  @Override
  public void syncFolder(Path folder) throws IOException {
    under.syncFolder(folder);
  }

  @Override
  public long usableBytes(Path folder) throws IOException {
    return full ? 0 : under.usableBytes(folder);
  }

  private final class FailingHandle implements Handle {
    private final Handle handle;

    FailingHandle(Handle handle) {
      this.handle = handle;
    }

    @Override
    public long size() throws IOException {
      return handle.size();
    }

    @Override
    public int read(ByteBuffer to, long offset) throws IOException {
      return handle.read(to, offset);
    }

    @Override
    public void write(ByteBuffer from, long offset) throws IOException {
      checkSpace();
      handle.write(from, offset);
    }

    @Override
    public void sync() throws IOException {
      handle.sync();
    }

    @Override
    public void truncate(long size) throws IOException {
      handle.truncate(size);
    }

    @Override
    public void close() throws IOException {
      handle.close();
    }
  }
}
