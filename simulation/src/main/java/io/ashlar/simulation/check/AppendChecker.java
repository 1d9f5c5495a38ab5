package io.ashlar.simulation.check;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides whether lists to which transactions append their numbers are what committed transactions
 * made of them, one after the other. What a list is at the end tells the order of all appends to
 * it, so that little has to be guessed; the idea is that of Kingsbury and Alvaro's Elle.
 *
 * <ol>
 *   <li>An acknowledged number is in each of its lists once; a failed one in none; one of unknown
 *       outcome in all of its lists once, or in none. In no list is anything else.
 *   <li>The numbers of a list are in the order of their stamps.
 *   <li>What a transaction read of a list is how that list began at the end.
 *   <li>It read the numbers with a stamp up to its read version, and no others; of one without a
 *       stamp, in all of its lists or in none.
 * </ol>
 */
public final class AppendChecker {
  private final Map<Long, AppendRecord> records = new TreeMap<>();
  private final Map<String, List<Long>> lists;
  private final Violations violations = new Violations();

  private AppendChecker(Collection<AppendRecord> history, Map<String, List<Long>> finalLists) {
    history.forEach(record -> records.put(record.id(), record));
    this.lists = finalLists;
  }

  /**
   * Checks a whole history.
   *
   * @param history in any order, each number once
   * @param reads in any order
   * @param finalLists what is in all lists after everything has ended
   */
  public static Violations check(
      Collection<AppendRecord> history,
      Collection<AppendRead> reads,
      Map<String, List<Long>> finalLists) {
    AppendChecker checker = new AppendChecker(history, finalLists);
    finalLists.forEach(checker::checkList);
    checker.records.values().forEach(checker::checkRecord);
    reads.forEach(checker::checkRead);
    return checker.violations;
  }

  private List<Long> list(String name) {
    return lists.getOrDefault(name, List.of());
  }

  private void checkList(String name, List<Long> numbers) {
    TreeSet<Long> seen = new TreeSet<>();
    AppendRecord last = null;
    for (long number : numbers) {
      AppendRecord record = records.get(number);
      if (record == null || !record.lists().contains(name)) {
        violations.add(name + " has " + number + ", which nobody appended");
        continue;
      }
      if (!seen.add(number)) {
        violations.add(name + " has " + record + " twice");
      }
      if (record.stamp() != null) {
        if (last != null && record.stamp().compareTo(last.stamp()) < 0) {
          violations.add(name + " has " + record + " behind " + last);
        }
        last = record;
      }
    }
  }

  private void checkRecord(AppendRecord record) {
    long times = record.lists().stream().filter(name -> list(name).contains(record.id())).count();
    switch (record.outcome()) {
      case COMMITTED -> {
        if (times < record.lists().size()) {
          violations.addLost(record + " was acknowledged and is not in all of its lists");
        }
      }
      case UNKNOWN, OPEN -> {
        if (times > 0 && times < record.lists().size()) {
          violations.add(record + " is in a part of its lists");
        }
      }
      case FAILED, READ_ONLY -> {
        if (times > 0) {
          violations.add(record + " was not committed and is there");
        }
      }
    }
  }

  private void checkRead(AppendRead read) {
    String who = "a read at " + read.readVersion();
    TreeSet<Long> seen = new TreeSet<>();
    read.lists()
        .forEach(
            (name, numbers) -> {
              List<Long> whole = list(name);
              seen.addAll(numbers);
              if (numbers.size() > whole.size()
                  || !whole.subList(0, numbers.size()).equals(numbers)) {
                violations.add(who + " saw " + name + " as it never was: " + tail(numbers, whole));
              }
              for (int i = 0; i < whole.size(); i++) {
                checkSeen(who, name, records.get(whole.get(i)), read, i < numbers.size());
              }
            });
    for (long number : seen) {
      checkWhole(who, records.get(number), read);
    }
  }

  /** Where what was read leaves the list as it is at the end. */
  private static String tail(List<Long> numbers, List<Long> whole) {
    int same = 0;
    while (same < numbers.size()
        && same < whole.size()
        && numbers.get(same).equals(whole.get(same))) {
      same++;
    }
    int most = 5;
    return "from place "
        + same
        + " on "
        + numbers.subList(same, Math.min(numbers.size(), same + most))
        + " and not "
        + whole.subList(same, Math.min(whole.size(), same + most));
  }

  private void checkSeen(
      String who, String name, AppendRecord record, AppendRead read, boolean isSeen) {
    if (record == null || record.stamp() == null) {
      return;
    }
    boolean isDue = record.stamp().version() <= read.readVersion();
    if (isDue && !isSeen) {
      violations.add(who + " did not see " + record + " in " + name);
    } else if (!isDue && isSeen) {
      violations.add(who + " saw " + record + " in " + name);
    }
  }

  private void checkWhole(String who, AppendRecord record, AppendRead read) {
    if (record == null) {
      return;
    }
    for (String name : record.lists()) {
      List<Long> numbers = read.lists().get(name);
      if (numbers != null && !numbers.contains(record.id())) {
        violations.add(who + " saw a part of " + record + ": not in " + name);
      }
    }
  }
}
