package io.ashlar.embedded;

import io.ashlar.core.ErrorCode;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.message.Pong;
import io.ashlar.message.Refused;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Tells who asks of its process: what roles cannot know, since they know no process. */
final class ProcessStatus implements Role {
  private static final long UNKNOWN = -1;

  private final Host host;
  private final StoreDirectory directory;
  private final LongSupplier readsBesideTheLoop;

  /**
   * @param directory where the node keeps its data, or null for memory
   */
  ProcessStatus(Host host, StoreDirectory directory, LongSupplier readsBesideTheLoop) {
    this.host = host;
    this.directory = directory;
    this.readsBesideTheLoop = readsBesideTheLoop;
  }

  @Override
  public void start() {}

  @Override
  public void onMessage(Inbound inbound) {
    switch (inbound.message().kind()) {
      case PING -> host.network().reply(inbound, new Pong());
      case GET_ROLE_STATUS -> {
        if (inbound.wantsReply()) {
          // Looking at the disk takes its time.
          host.readers()
              .submit(this, ProcessStatus::look, status -> host.network().reply(inbound, status));
        }
      }
      default -> {
        if (inbound.wantsReply()) {
          host.network()
              .reply(
                  inbound,
                  new Refused(
                      ErrorCode.MALFORMED_REQUEST,
                      "a process does not answer " + inbound.message().kind()));
        }
      }
    }
  }

  /** On a reader's thread: touches nothing that changes here. */
  private RoleStatus look() {
    List<StatusField> fields = new ArrayList<>();
    ProcessHandle process = ProcessHandle.current();
    add(fields, "pid", process.pid());
    long begunMillis =
        process.info().startInstant().map(instant -> instant.toEpochMilli()).orElse(UNKNOWN);
    add(fields, "begun-millis", begunMillis);
    Runtime runtime = Runtime.getRuntime();
    add(fields, "heap-bytes", runtime.totalMemory() - runtime.freeMemory());
    add(fields, "heap-bytes-max", runtime.maxMemory());
    add(fields, "reads-beside-the-loop", readsBesideTheLoop.getAsLong());
    if (directory != null) {
      add(fields, "engine-bytes", bytes(directory.engines()));
      add(fields, "file-bytes", bytes(directory.files()));
      add(fields, "disk-bytes-free", freeBytes(directory.path()));
      fields.add(new StatusField("directory", directory.path().toString()));
    }
    fields.add(new StatusField("java", Runtime.version().toString()));
    return new RoleStatus("process", fields);
  }

  private static void add(List<StatusField> fields, String name, long value) {
    fields.add(new StatusField(name, Long.toString(value)));
  }

  private static long freeBytes(Path path) {
    try {
      return Files.getFileStore(path).getUsableSpace();
    } catch (IOException unknown) {
      return UNKNOWN;
    }
  }

  /** What files there are, in bytes; those that go meanwhile are left out. */
  private static long bytes(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.mapToLong(ProcessStatus::fileBytes).sum();
    } catch (IOException | UncheckedIOException unknown) {
      return UNKNOWN;
    }
  }

  private static long fileBytes(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (NoSuchFileException gone) {
      return 0;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Override
  public void onBatchEnd() {}

  @Override
  public void stop() {}
}
