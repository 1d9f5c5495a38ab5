package io.ashlar.embedded.kill;

import io.ashlar.runtime.FileLayer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Files of another layer whose syncs do nothing: the bug that a crash test must find. */
final class UnsyncingFiles implements FileLayer {
  private final FileLayer under;

  UnsyncingFiles(FileLayer under) {
    this.under = under;
  }

  @Override
  public boolean exists(Path file) throws IOException {
    return under.exists(file);
  }

  @Override
  public Handle open(Path file) throws IOException {
    Handle handle = under.open(file);
    return new Handle() {
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
        handle.write(from, offset);
      }

      @Override
      public void sync() {
        // The planted bug.
      }

      @Override
      public void truncate(long size) throws IOException {
        handle.truncate(size);
      }

      @Override
      public void close() throws IOException {
        handle.close();
      }
    };
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
    return under.usableBytes(folder);
  }
}
