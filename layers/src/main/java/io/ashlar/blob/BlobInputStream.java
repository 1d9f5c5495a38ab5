package io.ashlar.blob;

import io.ashlar.client.Database;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A blob as a stream. It blocks while a piece is fetched. For one thread at a time. */
final class BlobInputStream extends InputStream {
  private final Blobs blobs;
  private final Database database;
  private BlobReader reader;
  private byte[] piece = new byte[0];
  private int used;
  private boolean closed;

  BlobInputStream(Blobs blobs, Database database, BlobReader reader) {
    this.blobs = blobs;
    this.database = database;
    this.reader = reader;
  }

  /** False at the end. */
  private boolean hasMore() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    if (used == piece.length) {
      byte[] next = BlobOutputStream.await(reader.next());
      if (next == null) {
        return false;
      }
      piece = next;
      used = 0;
    }
    return true;
  }

  @Override
  public int read() throws IOException {
    return hasMore() ? piece[used++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    if (!hasMore()) {
      return -1;
    }
    int taken = Math.min(count, piece.length - used);
    System.arraycopy(piece, used, bytes, offset, taken);
    used += taken;
    return taken;
  }

  /** Does not read what is far behind. */
  @Override
  public long skip(long count) throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    int here = piece.length - used;
    if (count <= here) {
      long skipped = Math.max(0, count);
      used += (int) skipped;
      return skipped;
    }
    long further = Math.min(count - here, reader.end() - reader.position());
    if (further > 0) {
      long from = reader.position() + further;
      reader = blobs.newReader(database, reader.blob(), from, reader.end() - from);
    }
    piece = new byte[0];
    used = 0;
    return here + further;
  }

  @Override
  public int available() {
    return piece.length - used;
  }

  @Override
  public void close() {
    closed = true;
  }
}
