package io.ashlar.blob;

import io.ashlar.client.Database;
import io.ashlar.layer.Causes;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A stream into a blob. It blocks while the database is slower than the caller. Unlike that of
 * other streams, its {@link #close} does not make visible what was written: call {@link #finish}
 * before. For one thread at a time.
 */
public final class BlobOutputStream extends OutputStream {
  private final BlobWriter writer;
  private final Database database;
  private final byte[] buffer;
  private int buffered;

  BlobOutputStream(BlobWriter writer, Database database, int bufferBytes) {
    this.writer = writer;
    this.database = database;
    this.buffer = new byte[bufferBytes];
  }

  @Override
  public void write(int value) throws IOException {
    if (buffered == buffer.length) {
      drain();
    }
    buffer[buffered++] = (byte) value;
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count > buffer.length - buffered) {
      drain();
    }
    if (count > buffer.length) {
      await(writer.write(bytes, offset, count));
    } else {
      System.arraycopy(bytes, offset, buffer, buffered, count);
      buffered += count;
    }
  }

  private void drain() throws IOException {
    int count = buffered;
    buffered = 0;
    await(writer.write(buffer, 0, count));
  }

  /** Makes what was written the value of its name; as {@link BlobWriter#finish}. */
  public Blob finish() throws IOException {
    if (buffered > 0) {
      drain();
    }
    return await(writer.finish(database));
  }

  /** Discards what was not finished; as {@link BlobWriter#close}. */
  @Override
  public void close() {
    writer.close();
  }

  static <T> T await(CompletableFuture<T> future) throws IOException {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw new IOException(Causes.of(e));
    }
  }
}
