package io.ashlar.log;

import io.ashlar.core.Bytes;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Uid;
import io.ashlar.host.DurableFile;
import io.ashlar.host.Host;
import java.util.List;

/**
 * Reads the files of a log server that starts again, in steps: generation, lock, segments one by
 * one; then makes what was found durable and the lock with it, so that the end never changes again.
 */
final class LogReopening implements SegmentScan.Visitor {
  /** Hears the outcome: exactly one call. */
  interface Owner {
    /** The small files are good: the store that takes what the segments hold. */
    LogStore onGeneration(LogGeneration generation);

    /** There is no generation file: it was never recruited to the end, and holds nothing. */
    void onNeverFinished();

    void onCorrupt(String file, long offset, String why);

    void onReopened(LogFiles.LockFile lock);
  }

  private final Host host;
  private final Uid logId;
  private final Owner owner;
  private LogGeneration generation;
  private LogFiles.LockFile lock;
  private LogStore store;
  private SegmentScan scan;

  LogReopening(Host host, Uid logId, Owner owner) {
    this.host = host;
    this.logId = logId;
    this.owner = owner;
  }

  void start() {
    host.disk().read(LogFiles.GENERATION, this::onGeneration);
  }

  private void onGeneration(Bytes content) {
    if (content == null) {
      owner.onNeverFinished();
      return;
    }
    try {
      LogFiles.GenerationFile file = LogFiles.GenerationFile.decode(content);
      if (!file.logId().equals(logId)) {
        throw new MalformedException("of log server " + file.logId());
      }
      if (HeldTags.indexOf(file.generation(), logId) < 0) {
        throw new MalformedException("a generation without this log server");
      }
      generation = file.generation();
    } catch (MalformedException e) {
      owner.onCorrupt(LogFiles.GENERATION, 0, e.getMessage());
      return;
    }
    host.disk().read(LogFiles.LOCK, this::onLock);
  }

  private void onLock(Bytes content) {
    if (content != null) {
      try {
        lock = LogFiles.LockFile.decode(content);
      } catch (MalformedException e) {
        owner.onCorrupt(LogFiles.LOCK, 0, e.getMessage());
        return;
      }
    }
    store = owner.onGeneration(generation);
    long durable = generation.recoveryVersion();
    long endMax = Long.MAX_VALUE;
    if (lock != null) {
      durable = Math.max(durable, lock.end());
      endMax = lock.end();
    }
    scan = new SegmentScan(logId, generation.epoch(), durable, endMax, this);
    host.disk().list(names -> scanFrom(names, 0));
  }

  private void scanFrom(List<String> names, int from) {
    for (int i = from; i < names.size(); i++) {
      long number = LogFiles.segmentNumber(names.get(i));
      if (number > 0) {
        int after = i + 1;
        host.disk().open(names.get(i), 0, file -> scanFile(number, file, names, after));
        return;
      }
    }
    onScanned();
  }

  private void scanFile(long number, DurableFile file, List<String> names, int after) {
    file.read(
        0,
        (int) Math.min(Integer.MAX_VALUE - 8, file.size()),
        content -> {
          int used = scan.add(number, content);
          Runnable goOn =
              () -> {
                file.close();
                scanFrom(names, after);
              };
          // What is read may still be in the page cache of a process that was killed: an end that
          // is told must not shrink when the machine fails next.
          if (used < content.length()) {
            // Nothing is appended any more. Giving back what was reserved keeps a store that is
            // killed again and again from filling the disk, and its openings short.
            host.probes().hit("log.reserved-space-given-back");
            file.truncate(used, () -> file.sync(goOn));
          } else {
            file.sync(goOn);
          }
        });
  }

  @Override
  public void segment(long number, long base) {
    store.addSegment(number, base);
  }

  @Override
  public void frame(SegmentCodec.Frame frame, Bytes content) {
    int from = frame.payloadAt();
    store.addFrame(
        frame.version(), frame.sizeBytes(), content.slice(from, from + frame.payloadLength()));
  }

  private void onScanned() {
    SegmentScan.Verdict verdict = scan.verdict();
    if (verdict.corrupt()) {
      owner.onCorrupt(verdict.file(), verdict.offset(), "what was durable is missing or changed");
      return;
    }
    if (verdict.file() != null) {
      host.probes().hit("log.torn-tail");
      host.trace()
          .event(
              "LogTornTail",
              "file",
              verdict.file(),
              "offset",
              verdict.offset(),
              "end",
              verdict.end());
    }
    store.reopened(verdict.end());
    host.probes().hit(lock != null ? "log.reopened-locked" : "log.reopened-unlocked");
    if (lock != null) {
      owner.onReopened(lock);
      return;
    }
    LogFiles.LockFile own = new LogFiles.LockFile(0, verdict.end(), verdict.knownCommitted());
    host.disk().replace(LogFiles.LOCK, own.encode(), () -> owner.onReopened(own));
  }
}
