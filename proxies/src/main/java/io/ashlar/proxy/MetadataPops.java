package io.ashlar.proxy;

import io.ashlar.core.TagPlacement;
import io.ashlar.core.Tags;
import io.ashlar.message.LogPopped;
import io.ashlar.message.LogSet;
import io.ashlar.message.PopLog;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets the log servers forget metadata that a committed copy has made superfluous. Each is asked
 * until it answers or the next copy is there, which makes up for what it missed.
 */
final class MetadataPops {
  private final Requests requests;
  private final LogSet logs;
  private final int[] holders;
  private final List<Requests.Repeated<LogPopped>> underWay = new ArrayList<>();

  MetadataPops(Requests requests, LogSet logs, TagPlacement placement) {
    this.requests = requests;
    this.logs = logs;
    this.holders = placement.membersFor(Tags.METADATA);
  }

  void popThrough(long version) {
    underWay.forEach(Requests.Repeated::cancel);
    underWay.clear();
    for (int member : holders) {
      underWay.add(
          requests.start(
              logs.addresses().get(member),
              new PopLog(Tags.METADATA, version),
              LogPopped.class,
              reply -> {}));
    }
  }
}
