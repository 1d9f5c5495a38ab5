package io.ashlar.proxy;

import io.ashlar.host.Host;
import io.ashlar.message.Address;
import io.ashlar.message.GetLiveVersion;
import io.ashlar.message.LiveVersion;
import io.ashlar.message.ReportCommitted;

/**
 * What a commit proxy knows to be committed, and its talk with the sequencer about it: it reports
 * what its pushes made durable, once for all batches, and asks for the live version where it must
 * wait for the commits of others.
 *
 * <p>Two versions grow here. <em>Known committed</em> is durable in enough logs, by our own pushes
 * or the sequencer's word. <em>Live</em>, never above it, is what the sequencer is known to count
 * as committed: a read version given out from now on covers it, so clients may be answered.
 */
final class CommittedVersions {
  private final Host host;
  private final Requests requests;
  private final Address sequencer;
  private final long askAgainNanos;
  private final Runnable onNews;

  private long known;
  private long live;
  private long reporting;
  private boolean asking;
  private boolean ended;

  /**
   * @param begin committed when the epoch began
   * @param askAgainNanos from one answer to the next question for the live version
   * @param onNews called when a version may have grown, or a question may be asked again
   */
  CommittedVersions(
      Host host,
      Requests requests,
      Address sequencer,
      long begin,
      long askAgainNanos,
      Runnable onNews) {
    this.host = host;
    this.requests = requests;
    this.sequencer = sequencer;
    this.askAgainNanos = askAgainNanos;
    this.onNews = onNews;
    known = begin;
    live = begin;
    reporting = begin;
  }

  /** The largest version known to be committed. */
  long known() {
    return known;
  }

  /** The largest version the sequencer is known to count as committed. */
  long live() {
    return live;
  }

  /** Enough log servers hold everything through {@code version}. */
  void onPushed(long version) {
    known = Math.max(known, version);
    onNews.run();
  }

  /** Reports what our pushes made durable, unless that is reported or counted already. */
  void report(long durable) {
    if (durable > reporting && durable > live) {
      reporting = durable;
      requests.start(sequencer, new ReportCommitted(durable), LiveVersion.class, this::learn);
    }
  }

  /** Asks what others have committed; one question at a time. */
  void ask() {
    if (asking) {
      return;
    }
    asking = true;
    requests.start(
        sequencer,
        new GetLiveVersion(),
        LiveVersion.class,
        reply -> {
          // Asks again only after a while: until then commits of others may have moved it on.
          host.timers().schedule(askAgainNanos, this::mayAskAgain);
          learn(reply);
        });
  }

  private void mayAskAgain() {
    asking = false;
    if (!ended) {
      onNews.run();
    }
  }

  private void learn(LiveVersion reply) {
    live = Math.max(live, reply.version());
    known = Math.max(known, live);
    onNews.run();
  }

  /** Calls nobody any more. */
  void end() {
    ended = true;
  }
}
