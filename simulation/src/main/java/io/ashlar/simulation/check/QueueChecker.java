package io.ashlar.simulation.check;

import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Follows the items of a queue through all that was committed, in that order: an item is handed out
 * only when nobody has it or its time has run out, with the next number of attempts, and not more
 * often than it may; who finishes, extends or gives back is who has it, and who has it is not
 * refused; and no item overtakes more others than it may.
 */
public final class QueueChecker {
  /** Then ids, in the order in which they were pushed. */
  public static final long PUSHED = 0;

  /** Then store time and read version; and for each item the id, the attempt and the expiry. */
  public static final long CLAIMED = 1;

  /** As {@link #CLAIMED}, and finished in the same transaction. */
  public static final long DONE_AT_ONCE = 2;

  /** Then id and attempt. */
  public static final long FINISHED = 3;

  /** Then id, attempt and the new expiry. */
  public static final long EXTENDED = 4;

  /** Then id and attempt. */
  public static final long GIVEN_BACK = 5;

  /** Then id and attempt: somebody wanted to finish, extend or give it back, and was refused. */
  public static final long REFUSED = 6;

  private enum State {
    WAITING,
    HANDED_OUT,
    DONE
  }

  private static final class Item {
    State state = State.WAITING;
    int attempts;
    long expiry;

    /** The version since which it has been in this state. */
    long since;
  }

  private final int attemptsMax;
  private final int spread;

  /** In the order of the queue. */
  private final List<Item> order = new ArrayList<>();

  private final Map<Long, Item> items = new TreeMap<>();
  private final Violations violations = new Violations();

  /**
   * @param spread from how many of the first items one is drawn
   */
  public QueueChecker(int attemptsMax, int spread) {
    this.attemptsMax = attemptsMax;
    this.spread = spread;
  }

  /** What the next transaction did, in the order of commits. */
  public void add(Stamp at, Tuple what) {
    long kind = what.getLong(0);
    if (kind == PUSHED) {
      for (int i = 1; i < what.size(); i++) {
        Item item = new Item();
        item.since = at.version();
        order.add(item);
        if (items.put(what.getLong(i), item) != null) {
          violations.add("item " + what.getLong(i) + " was pushed twice");
        }
      }
    } else if (kind == CLAIMED || kind == DONE_AT_ONCE) {
      for (int i = 3; i < what.size(); i += 3) {
        claim(at, what, i);
      }
    } else if (kind == REFUSED) {
      refuse(at, what);
    } else {
      use(at, what);
    }
  }

  private void claim(Stamp at, Tuple what, int place) {
    long now = what.getLong(1);
    long id = what.getLong(place);
    Item item = items.get(id);
    if (item == null) {
      violations.add("item " + id + " was never pushed, and handed out at " + at);
      return;
    }
    if (item.state == State.DONE) {
      violations.add("item " + id + " is done, and was handed out at " + at);
    }
    if (item.state == State.HANDED_OUT && now < item.expiry) {
      violations.add("item " + id + " was handed out at " + at + " while somebody had it");
    }
    if (what.getLong(place + 1) != item.attempts + 1) {
      violations.add("item " + id + " at " + at + ": after " + item.attempts + " attempts " + what);
    }
    if (isSpent(item)) {
      violations.add("item " + id + " was handed out at " + at + " more often than it may be");
    }
    if (item.state == State.WAITING) {
      checkOrder(at, what, id, item);
    }
    item.attempts = (int) what.getLong(place + 1);
    item.expiry = what.getLong(place + 2);
    enter(item, what.getLong(0) == CLAIMED ? State.HANDED_OUT : State.DONE, at);
  }

  /** Counts only what has been there for whoever claims to see, and is there still. */
  private void checkOrder(Stamp at, Tuple what, long id, Item item) {
    long now = what.getLong(1);
    long readVersion = what.getLong(2);
    int overtaken = 0;
    boolean isBefore = true;
    for (Item other : order) {
      isBefore &= other != item;
      if (other == item || other.since > readVersion || isSpent(other)) {
        continue;
      }
      if (isBefore && other.state == State.WAITING) {
        overtaken++;
      }
      if (other.state == State.HANDED_OUT && other.expiry <= now) {
        violations.add("item " + id + " was handed out at " + at + " before one that was late");
      }
    }
    if (overtaken >= spread) {
      violations.add("item " + id + " overtook " + overtaken + " others at " + at);
    }
  }

  private void use(Stamp at, Tuple what) {
    Item item = items.get(what.getLong(1));
    if (item == null || item.state != State.HANDED_OUT || item.attempts != what.getLong(2)) {
      violations.add("somebody used at " + at + " what he did not have: " + what);
      return;
    }
    switch ((int) what.getLong(0)) {
      case (int) FINISHED -> enter(item, State.DONE, at);
      case (int) GIVEN_BACK -> enter(item, State.WAITING, at);
      default -> {
        item.expiry = what.getLong(3);
        enter(item, State.HANDED_OUT, at);
      }
    }
  }

  /** Also when its time has run out: who has it has it until it is handed to another. */
  private void refuse(Stamp at, Tuple what) {
    Item item = items.get(what.getLong(1));
    if (item == null
        || (item.state == State.HANDED_OUT && item.attempts == what.getLong(2) && !isSpent(item))) {
      violations.add("somebody was refused at " + at + " what he had: " + what);
    }
  }

  /** Whether it has been handed out as often as it may be. */
  private boolean isSpent(Item item) {
    return item.attempts >= attemptsMax;
  }

  private static void enter(Item item, State state, Stamp at) {
    item.state = state;
    item.since = at.version();
  }

  /**
   * Decides, when all that could be had was finished.
   *
   * @param deadLetters the ids of those that were handed out too often
   */
  public Violations end(Collection<Long> deadLetters) {
    if (new TreeSet<>(deadLetters).size() < deadLetters.size()) {
      violations.add("an item is a dead letter twice: " + deadLetters);
    }
    for (long id : deadLetters) {
      Item item = items.get(id);
      if (item == null || item.state == State.DONE || item.attempts < attemptsMax) {
        violations.add("item " + id + " is a dead letter without a reason");
      }
    }
    items.forEach(
        (id, item) -> {
          if (item.state != State.DONE && !deadLetters.contains(id)) {
            violations.addLost("item " + id + " is lost after " + item.attempts + " attempts");
          }
        });
    return violations;
  }
}
