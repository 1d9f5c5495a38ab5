package io.ashlar.simulation.diagnosis;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/** A trace in a file, compressed when its name ends in {@code .gz}. Used by one thread. */
public final class TraceFile implements Consumer<String>, AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Writer writer;
  private IOException failure;
  private long lines;

  /** Begins the file anew, and makes the folder that it is in. */
  public TraceFile(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    OutputStream bytes = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
    writer =
        new BufferedWriter(
            new OutputStreamWriter(
                isCompressed(file) ? new GZIPOutputStream(bytes, BUFFER_BYTES) : bytes,
                StandardCharsets.UTF_8),
            BUFFER_BYTES);
  }

  /** The same, with a first line that tells what run it is of. */
  public TraceFile(Path file, TraceHeader header) throws IOException {
    this(file);
    accept(header.line());
  }

  private static boolean isCompressed(Path file) {
    return file.toString().endsWith(".gz");
  }

  /**
   * Adds a line. One that cannot be written ends the trace and is told by {@link #close}: thrown
   * here it would look like the failure of the role that is being traced.
   */
  @Override
  public void accept(String line) {
    if (failure != null) {
      return;
    }
    try {
      writer.write(line);
      writer.write('\n');
      lines++;
    } catch (IOException e) {
      failure = e;
    }
  }

  /** Lines so far. */
  public long lines() {
    return lines;
  }

  @Override
  public void close() throws IOException {
    writer.close();
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * A trace that is read line by line. It ends where it cannot be read, and {@link #close} tells.
   */
  public static final class Lines implements Iterator<String>, AutoCloseable {
    private final BufferedReader reader;
    private IOException failure;
    private String next;

    private Lines(BufferedReader reader) throws IOException {
      this.reader = reader;
      next = reader.readLine();
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public String next() {
      if (next == null) {
        throw new NoSuchElementException("the trace has ended");
      }
      String line = next;
      try {
        next = reader.readLine();
      } catch (IOException e) {
        failure = e;
        next = null;
      }
      return line;
    }

    @Override
    public void close() throws IOException {
      reader.close();
      if (failure != null) {
        throw failure;
      }
    }
  }

  /**
   * The header of a trace that was opened by {@link #read}, of which nothing was read yet.
   *
   * @throws NoTraceException when its first line is none
   */
  public static TraceHeader header(Path file, Lines lines) throws NoTraceException {
    TraceHeader header = lines.hasNext() ? TraceHeader.parse(lines.next()) : null;
    if (header == null) {
      throw new NoTraceException(file, null);
    }
    return header;
  }

  /**
   * Opens a file that was written by this class.
   *
   * @throws NoTraceException when its name says that it is compressed, and it is not
   */
  public static Lines read(Path file) throws IOException {
    InputStream bytes = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    try {
      return new Lines(
          new BufferedReader(
              new InputStreamReader(
                  isCompressed(file) ? new GZIPInputStream(bytes, BUFFER_BYTES) : bytes,
                  StandardCharsets.UTF_8)));
    } catch (ZipException | EOFException e) {
      bytes.close();
      throw new NoTraceException(file, e);
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }
}
