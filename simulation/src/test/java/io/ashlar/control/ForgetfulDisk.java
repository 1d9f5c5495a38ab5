package io.ashlar.control;

import io.ashlar.core.Bytes;
import io.ashlar.host.Disk;
import io.ashlar.host.DurableFile;
import java.util.List;
import java.util.function.Consumer;

/**
 * Says of a file that it was replaced, and at times has not done so: what a coordinator would be
 * that answers before what it says is durable.
 */
final class ForgetfulDisk implements Disk {
  private static final int KEPT_OF = 4;

  private final Disk disk;
  private int replaced;

  ForgetfulDisk(Disk disk) {
    this.disk = disk;
  }

  @Override
  public Disk under(String folder) {
    return new ForgetfulDisk(disk.under(folder));
  }

  @Override
  public void open(String name, long preallocateBytes, Consumer<DurableFile> onOpen) {
    disk.open(name, preallocateBytes, onOpen);
  }

  @Override
  public void list(Consumer<List<String>> onList) {
    disk.list(onList);
  }

  @Override
  public void read(String name, Consumer<Bytes> onContent) {
    disk.read(name, onContent);
  }

  @Override
  public void replace(String name, Bytes content, Runnable onDurable) {
    replaced++;
    if (replaced % KEPT_OF == 1) {
      disk.replace(name, content, onDurable);
    } else {
      // As late as if it had been written.
      disk.list(names -> onDurable.run());
    }
  }

  @Override
  public void delete(String name, Runnable onDurable) {
    disk.delete(name, onDurable);
  }
}
