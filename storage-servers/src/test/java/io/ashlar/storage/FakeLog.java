package io.ashlar.storage;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Mutation;
import io.ashlar.core.Mutations;
import io.ashlar.core.PeekEntries;
import io.ashlar.message.LogPeeked;
import io.ashlar.message.LogPopped;
import io.ashlar.message.Message;
import io.ashlar.message.PeekLog;
import io.ashlar.message.PopLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A log server as a storage server sees it, for one tag. */
final class FakeLog {
  private final FakeWorld world;
  private final TreeMap<Long, Bytes> entries = new TreeMap<>();
  private final List<Peek> waiting = new ArrayList<>();
  long end;
  long knownCommitted;
  long poppedThrough;
  boolean locked;

  /** Answers nothing. */
  boolean silent;

  /** Answers at once that there is nothing new, whatever there is. */
  boolean givesNothing;

  /** Answers with nothing above, as one that reads a stretch of its files at a time. */
  long givesUpTo = Long.MAX_VALUE;

  int peeks;
  final List<Long> peekedFrom = new ArrayList<>();

  private static final class Peek {
    final PeekLog ask;
    final Consumer<Message> answer;
    boolean answered;

    Peek(PeekLog ask, Consumer<Message> answer) {
      this.ask = ask;
      this.answer = answer;
    }
  }

  FakeLog(FakeWorld world, long begin) {
    this.world = world;
    this.end = begin;
  }

  /** Appends a version; without mutations it only moves the end. */
  void push(long version, long knownCommitted, Mutation... mutations) {
    if (mutations.length > 0) {
      entries.put(version, Mutations.encode(List.of(mutations)));
    }
    end = version;
    this.knownCommitted = Math.max(this.knownCommitted, knownCommitted);
    List<Peek> ready = new ArrayList<>(waiting);
    waiting.clear();
    ready.forEach(this::answer);
  }

  void receive(Message message, Consumer<Message> answer) {
    if (silent) {
      return;
    }
    if (message instanceof PopLog pop) {
      poppedThrough = Math.max(poppedThrough, pop.through());
      entries.headMap(poppedThrough, true).clear();
      answer.accept(new LogPopped());
      return;
    }
    PeekLog ask = (PeekLog) message;
    peeks++;
    peekedFrom.add(ask.from());
    Peek peek = new Peek(ask, answer);
    if (end >= ask.from() || ask.waitNanos() == 0 || givesNothing) {
      answer(peek);
    } else {
      waiting.add(peek);
      world.outside(ask.waitNanos(), () -> answer(peek));
    }
  }

  private void answer(Peek peek) {
    if (peek.answered) {
      return;
    }
    peek.answered = true;
    ByteWriter writer = new ByteWriter(64);
    long before = peek.ask.from() - 1;
    long through = givesNothing ? before : Math.max(Math.min(end, givesUpTo), before);
    for (Map.Entry<Long, Bytes> entry : entries.subMap(before, false, through, true).entrySet()) {
      if (writer.size() >= peek.ask.bytesMax()) {
        through = entry.getKey() - 1;
        break;
      }
      Bytes mutations = entry.getValue();
      PeekEntries.append(writer, entry.getKey(), mutations.unsafeArray(), 0, mutations.length());
    }
    peek.answer.accept(
        new LogPeeked(
            peek.ask.tag(),
            writer.toBytes(),
            through,
            Math.min(knownCommitted, end),
            poppedThrough,
            locked,
            end));
  }

  int entryCount() {
    return entries.size();
  }
}
