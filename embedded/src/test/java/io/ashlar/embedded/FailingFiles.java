package io.ashlar.embedded;

import io.ashlar.runtime.FileLayer;
import io.ashlar.runtime.ForwardingFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Files of another layer, of which writes fail from a moment on, as on a full disk. */
final class FailingFiles extends ForwardingFiles {
  private volatile boolean full;

  FailingFiles(FileLayer under) {
    super(under);
  }

  /** From now on nothing can be written any more, or it can again. */
  void setFull(boolean isFull) {
    full = isFull;
  }

  @Override
  public long usableBytes(Path folder) throws IOException {
    return full ? 0 : super.usableBytes(folder);
  }

  @Override
  protected Handle handle(Handle opened) {
    return new ForwardingHandle(opened) {
      @Override
      public void write(ByteBuffer from, long offset) throws IOException {
        if (full) {
          throw new IOException("No space left on device");
        }
        super.write(from, offset);
      }
    };
  }
}
