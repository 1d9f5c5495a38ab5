package io.ashlar.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Files of another layer. What a test wants to go wrong, it overrides here or in the handles. */
public abstract class ForwardingFiles implements FileLayer {
  private final FileLayer under;

  protected ForwardingFiles(FileLayer under) {
    this.under = under;
  }

  @Override
  public boolean exists(Path file) throws IOException {
    return under.exists(file);
  }

  @Override
  public Handle open(Path file) throws IOException {
    return handle(under.open(file));
  }

  /** What is given for a handle of the other layer. */
  protected abstract Handle handle(Handle opened);

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

  /** A handle of another layer. */
  public abstract static class ForwardingHandle implements Handle {
    private final Handle under;

    protected ForwardingHandle(Handle under) {
      this.under = under;
    }

    @Override
    public long size() throws IOException {
      return under.size();
    }

    @Override
    public int read(ByteBuffer to, long offset) throws IOException {
      return under.read(to, offset);
    }

    @Override
    public void write(ByteBuffer from, long offset) throws IOException {
      under.write(from, offset);
    }

    @Override
    public void sync() throws IOException {
      under.sync();
    }

    @Override
    public void truncate(long size) throws IOException {
      under.truncate(size);
    }

    @Override
    public void close() throws IOException {
      under.close();
    }
  }
}
