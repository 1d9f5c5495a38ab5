package io.ashlar.storage;

import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.LogPopped;
import io.ashlar.message.PopLog;
import java.util.List;
import java.util.TreeMap;

/** Tells every log server that holds the tag what it may forget, until each has heard it. */
final class LogPopper {
  private final Host host;
  private final int tag;
  private final StorageServerOptions options;
  private final TreeMap<Address, Long> acknowledged = new TreeMap<>();

  LogPopper(Host host, int tag, StorageServerOptions options) {
    this.host = host;
    this.tag = tag;
    this.options = options;
  }

  /**
   * Pops where it is not known to have arrived. While an old generation is listed everyone is told
   * again: a log server that restarted may have forgotten, and would never be seen as drained.
   */
  void pop(List<LogSource> sources, long durable) {
    TreeMap<Address, Long> known = new TreeMap<>();
    for (LogSource source : sources) {
      for (Address address : source.holders()) {
        known.put(address, acknowledged.getOrDefault(address, 0L));
      }
    }
    acknowledged.clear();
    acknowledged.putAll(known);
    known.forEach(
        (address, through) -> {
          boolean isDue = through < durable || (sources.size() > 1 && durable > 0);
          if (isDue || (durable > 0 && host.faults().at("storage.pop-again"))) {
            send(address, durable);
          }
        });
  }

  private void send(Address to, long through) {
    host.network()
        .request(
            to,
            new PopLog(tag, through),
            LogPopped.class,
            options.peekTimeoutNanos(),
            new ReplyHandler<LogPopped>() {
              @Override
              public void onReply(LogPopped reply) {
                acknowledged.computeIfPresent(to, (address, old) -> Math.max(old, through));
              }

              @Override
              public void onFailure(Failure failure) {
                // Sent again at the next tick.
              }
            });
  }
}
