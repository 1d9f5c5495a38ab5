package io.ashlar.simulation.check;

import io.ashlar.core.Check;
import io.ashlar.simulation.check.LinearizabilityChecker.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The search for the order of one register's operations. Goes through the beginnings and ends in
 * the order of their moments, and keeps all <em>configurations</em> that there may be: the value of
 * the register, and which of the operations under way have taken effect.
 *
 * <ul>
 *   <li>A read takes effect as soon as the value fits: no order is lost by that.
 *   <li>Others take effect as late as possible: when one of them ends and has not, all sequences of
 *       those under way are tried that end with it, or let it fit if it is a read.
 *   <li>A value is not written over while somebody has yet to find it and nobody will write it
 *       again.
 *   <li>Of two configurations that differ only in what is not certain, the one in which less of
 *       that has happened stands for both: the rest may still happen, or never.
 * </ul>
 */
final class RegisterSearch {
  /** Operations under way at a time: one bit of a long for each. */
  private static final int SLOTS = Long.SIZE;

  private record Event(long moment, boolean isEnd, RegisterOperation operation) {}

  private record Configuration(long value, long done) {}

  private record Key(long value, long certainDone) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byValue = Long.compare(value, other.value);
      return byValue != 0 ? byValue : Long.compare(certainDone, other.certainDone);
    }
  }

  /** Configurations, without those that another one stands for. */
  private final class Frontier {
    private final Map<Key, List<Long>> uncertainDone = new TreeMap<>();

    /** Adds it; false when one that is there stands for it. */
    boolean add(Configuration added) {
      long uncertain = added.done & ~certain;
      List<Long> others =
          uncertainDone.computeIfAbsent(
              new Key(added.value, added.done & certain), key -> new ArrayList<>());
      for (long other : others) {
        if ((other & ~uncertain) == 0) {
          return false;
        }
      }
      others.removeIf(other -> (uncertain & ~other) == 0);
      others.add(uncertain);
      return true;
    }

    List<Configuration> all() {
      List<Configuration> all = new ArrayList<>();
      uncertainDone.forEach(
          (key, sets) -> {
            for (long set : sets) {
              all.add(new Configuration(key.value, key.certainDone | set));
            }
          });
      return all;
    }
  }

  private final List<Event> events = new ArrayList<>();
  private final int configurationsMax;

  /** By value, how many that have not begun yet will certainly need it, and may write it. */
  private final Map<Long, Integer> findersToCome = new TreeMap<>();

  private final Map<Long, Integer> writersToCome = new TreeMap<>();

  private final RegisterOperation[] underWay = new RegisterOperation[SLOTS];

  /** The slots of operations that are certain. */
  private long certain;

  private List<Configuration> configurations =
      List.of(new Configuration(RegisterOperation.ABSENT, 0));

  private String why;

  RegisterSearch(List<RegisterOperation> operations, int configurationsMax) {
    this.configurationsMax = configurationsMax;
    for (RegisterOperation operation : operations) {
      Check.that(operation.begunAt() <= operation.endedAt(), "ends before it begins: ", operation);
      events.add(new Event(operation.begunAt(), false, operation));
      if (operation.endedAt() != RegisterOperation.ENDLESS) {
        events.add(new Event(operation.endedAt(), true, operation));
      }
      count(operation, 1);
    }
    events.sort(
        Comparator.comparingLong(Event::moment)
            .thenComparing(Event::isEnd)
            .thenComparingLong(event -> event.operation.id()));
  }

  private void count(RegisterOperation operation, int by) {
    if (operation.observes() && operation.certain()) {
      findersToCome.merge(operation.expected(), by, Integer::sum);
    }
    if (!operation.reads()) {
      writersToCome.merge(operation.value(), by, Integer::sum);
    }
  }

  Verdict run() {
    for (Event event : events) {
      Verdict verdict = event.isEnd ? end(event.operation) : begin(event.operation);
      if (verdict != Verdict.LINEARIZABLE) {
        return verdict;
      }
    }
    return Verdict.LINEARIZABLE;
  }

  /** After {@link #run}: what is wrong, or null. */
  String why() {
    return why;
  }

  private Verdict begin(RegisterOperation operation) {
    int slot = 0;
    while (slot < SLOTS && underWay[slot] != null) {
      slot++;
    }
    if (slot == SLOTS) {
      why = "not decided: more than " + SLOTS + " operations are under way at " + operation;
      return Verdict.UNDECIDED;
    }
    underWay[slot] = operation;
    count(operation, -1);
    if (operation.certain()) {
      certain |= 1L << slot;
    }
    if (operation.reads()) {
      List<Configuration> after = new ArrayList<>();
      for (Configuration configuration : configurations) {
        boolean fits = operation.fits(configuration.value);
        long done = fits ? configuration.done | 1L << slot : configuration.done;
        after.add(new Configuration(configuration.value, done));
      }
      configurations = after;
    }
    return Verdict.LINEARIZABLE;
  }

  private Verdict end(RegisterOperation operation) {
    int slot = 0;
    while (underWay[slot] != operation) {
      slot++;
    }
    long bit = 1L << slot;
    Frontier after = new Frontier();
    Frontier seen = new Frontier();
    Deque<Configuration> open = new ArrayDeque<>();
    for (Configuration configuration : configurations) {
      if ((configuration.done & bit) != 0) {
        after.add(new Configuration(configuration.value, configuration.done & ~bit));
        continue;
      }
      if (!operation.certain()) {
        after.add(configuration);
      }
      seen.add(configuration);
      open.add(configuration);
    }
    long tried = 0;
    while (!open.isEmpty()) {
      Configuration from = open.poll();
      for (int next = 0; next < SLOTS; next++) {
        if (!mayFollow(from, next)) {
          continue;
        }
        Configuration to = afterwards(from, next);
        if ((to.done & bit) != 0) {
          after.add(new Configuration(to.value, to.done & ~bit));
        } else if (seen.add(to)) {
          open.add(to);
        }
        if (++tried > configurationsMax) {
          why = "not decided: too many ways to go on at " + operation;
          return Verdict.UNDECIDED;
        }
      }
    }
    underWay[slot] = null;
    certain &= ~bit;
    List<Configuration> before = configurations;
    configurations = after.all();
    if (configurations.isEmpty()) {
      why = "no order has room for the " + operation + "; before it " + values(before);
      return Verdict.NOT_LINEARIZABLE;
    }
    return Verdict.LINEARIZABLE;
  }

  /** Whether the operation in a slot may be the next to take effect. */
  private boolean mayFollow(Configuration from, int slot) {
    RegisterOperation operation = underWay[slot];
    if (operation == null
        || operation.reads()
        || (from.done & 1L << slot) != 0
        || !operation.fits(from.value)) {
      return false;
    }
    for (int other = 0; other < slot; other++) {
      RegisterOperation twin = underWay[other];
      if (twin != null && (from.done & 1L << other) == 0 && operation.isInterchangeableWith(twin)) {
        return false;
      }
    }
    return operation.value() == from.value || !isAwaited(from, slot);
  }

  /** Whether someone has yet to find the present value, which nobody will write again. */
  private boolean isAwaited(Configuration from, int slot) {
    boolean awaited = findersToCome.getOrDefault(from.value, 0) > 0;
    if (writersToCome.getOrDefault(from.value, 0) > 0) {
      return false;
    }
    for (int other = 0; other < SLOTS; other++) {
      RegisterOperation pending = underWay[other];
      if (pending == null || other == slot || (from.done & 1L << other) != 0) {
        continue;
      }
      if (!pending.reads() && pending.value() == from.value) {
        return false;
      }
      awaited |= pending.certain() && pending.observes() && pending.expected() == from.value;
    }
    return awaited;
  }

  /** After the operation in a slot has taken effect, and with it all reads that fit then. */
  private Configuration afterwards(Configuration from, int slot) {
    long value = underWay[slot].value();
    long done = from.done | 1L << slot;
    for (int other = 0; other < SLOTS; other++) {
      RegisterOperation pending = underWay[other];
      if (pending != null && pending.reads() && pending.fits(value)) {
        done |= 1L << other;
      }
    }
    return new Configuration(value, done);
  }

  private static String values(List<Configuration> configurations) {
    TreeSet<Long> values = new TreeSet<>();
    configurations.forEach(configuration -> values.add(configuration.value));
    List<String> texts = new ArrayList<>();
    values.stream().limit(5).forEach(value -> texts.add(RegisterOperation.text(value)));
    return "the register had "
        + String.join(" or ", texts)
        + (values.size() > texts.size() ? " or others" : "");
  }
}
