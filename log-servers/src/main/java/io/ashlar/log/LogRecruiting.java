package io.ashlar.log;

import io.ashlar.core.Bytes;
import io.ashlar.core.LogGeneration;
import io.ashlar.host.Host;
import io.ashlar.message.RecruitLog;
import java.util.Arrays;
import java.util.List;

/**
 * Makes a new log server, in steps:
 *
 * <ol>
 *   <li>clear the folder, unless a finished log server lives there: that one is never overwritten;
 *   <li>create the first segment;
 *   <li>copy the tail (begin, RV] into it, ending with a frame at RV;
 *   <li>when that is durable, write the generation file: from now on the log server exists.
 * </ol>
 *
 * <p>A crash before the last step leaves a folder without generation file. The request to recruit
 * was not answered then, so the generation is not in the coordinated state and never will be with
 * this member's content missing: who finds the folder may delete it, and answers nothing from it.
 */
final class LogRecruiting implements TailCopy.Sink {
  /** Hears the outcome: exactly one call. */
  interface Owner {
    /** The folder is empty: the store the tail goes to, created at the generation's begin. */
    LogStore onFolderEmpty();

    /** A finished log server was found. */
    void onFinishedBefore();

    /** The chain ends at RV, durably. */
    void onRecruited();
  }

  private final Host host;
  private final RecruitLog recruit;
  private final LogServerOptions options;
  private final Owner owner;
  private LogStore store;
  private TailCopy copy;
  private long copiedThrough;
  private boolean whole;
  private boolean writing;
  private long copiedCount;

  LogRecruiting(Host host, RecruitLog recruit, LogServerOptions options, Owner owner) {
    this.host = host;
    this.recruit = recruit;
    this.options = options;
    this.owner = owner;
  }

  void start() {
    host.disk().list(names -> clear(names, 0));
  }

  private void clear(List<String> names, int from) {
    if (names.contains(LogFiles.GENERATION)) {
      owner.onFinishedBefore();
      return;
    }
    if (from < names.size()) {
      host.disk().delete(names.get(from), () -> clear(names, from + 1));
      return;
    }
    store = owner.onFolderEmpty();
    LogGeneration generation = recruit.generation();
    copiedThrough = generation.begin();
    if (recruit.old().generation().members().isEmpty()
        || generation.begin() >= generation.recoveryVersion()) {
      onWhole();
      return;
    }
    int[] held = recruit.tags().stream().mapToInt(Integer::intValue).filter(store::holds).toArray();
    int[] tags = Arrays.stream(held).sorted().distinct().toArray();
    copy = new TailCopy(host, options, generation, recruit.old(), tags, this);
    copy.resume();
  }

  @Override
  public void onVersion(TailMerge.Merged merged) {
    append(merged.version(), merged.payload());
    copiedCount++;
  }

  private void append(long version, Bytes payload) {
    store.add(version, copiedThrough, version, store.tagsOf(payload), payload);
    copiedThrough = version;
  }

  @Override
  public boolean hasRoom() {
    long bytes = store.unflushedBytes();
    // With nothing unflushed there is always room, or nothing would tell that there is again.
    return bytes == 0
        || (bytes < options.unflushedBytesMax() && !host.faults().at("log.tail-little-room"));
  }

  @Override
  public void onWhole() {
    if (copiedThrough < recruit.generation().recoveryVersion()) {
      append(recruit.generation().recoveryVersion(), Bytes.EMPTY);
    }
    whole = true;
    host.probes().hit(copiedCount > 0 ? "log.tail-copied" : "log.tail-empty");
    host.trace()
        .event(
            "LogTailCopied",
            "begin",
            recruit.generation().begin(),
            "recoveryVersion",
            recruit.generation().recoveryVersion(),
            "versions",
            copiedCount);
    finish();
  }

  /** The store has more room, or is durable further. */
  void onDurable() {
    if (copy != null) {
      copy.resume();
    }
    finish();
  }

  private void finish() {
    // The generation file says that the tail is here: the tail is made durable first.
    if (writing || !whole || !store.isStarted() || store.durable() < copiedThrough) {
      return;
    }
    writing = true;
    Bytes file = new LogFiles.GenerationFile(recruit.logId(), recruit.generation()).encode();
    host.disk().replace(LogFiles.GENERATION, file, owner::onRecruited);
  }
}
