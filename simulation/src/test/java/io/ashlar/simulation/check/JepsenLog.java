package io.ashlar.simulation.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads what Jepsen's tests log of a register: one line for each beginning and end. */
final class JepsenLog {
  private record Begun(String function, String argument, long moment) {}

  private JepsenLog() {}

  static List<RegisterOperation> read(String resource) {
    try (InputStream in = JepsenLog.class.getResourceAsStream(resource)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<RegisterOperation> parse(String text) {
    List<RegisterOperation> operations = new ArrayList<>();
    Map<String, Begun> underWay = new TreeMap<>();
    long moment = 0;
    for (String line : text.split("\n", -1)) {
      moment++;
      if (line.isEmpty()) {
        continue;
      }
      String[] parts = line.substring(line.indexOf(" - ") + 3).split("\t", -1);
      String process = parts[0];
      switch (parts[1]) {
        case ":invoke" -> underWay.put(process, new Begun(parts[2], parts[3], moment));
        case ":ok" -> operations.add(ended(underWay.remove(process), parts[3], true, moment));
        case ":fail" -> operations.add(ended(underWay.remove(process), parts[3], false, moment));
        // It may still take effect; the process never comes back.
        case ":info" -> {}
        default -> throw new IllegalArgumentException(line);
      }
    }
    for (Begun begun : underWay.values()) {
      operations.add(open(begun));
    }
    return operations;
  }

  private static long value(String text) {
    return text.equals("nil") ? RegisterOperation.ABSENT : Long.parseLong(text);
  }

  private static long[] pair(String text) {
    String[] two = text.substring(1, text.length() - 1).split(" ");
    return new long[] {Long.parseLong(two[0]), Long.parseLong(two[1])};
  }

  private static RegisterOperation ended(Begun begun, String result, boolean well, long moment) {
    long id = begun.moment;
    switch (begun.function) {
      case ":read" -> {
        return RegisterOperation.read(id, 0, value(result), begun.moment, moment);
      }
      case ":write" -> {
        return RegisterOperation.write(id, 0, value(begun.argument), begun.moment, moment, true);
      }
      case ":cas" -> {
        long[] two = pair(begun.argument);
        return well
            ? RegisterOperation.compareAndSet(id, 0, two[0], two[1], begun.moment, moment, true)
            : RegisterOperation.readOther(id, 0, two[0], begun.moment, moment);
      }
      default -> throw new IllegalArgumentException(begun.function);
    }
  }

  private static RegisterOperation open(Begun begun) {
    long id = begun.moment;
    long never = RegisterOperation.ENDLESS;
    switch (begun.function) {
      case ":read" -> {
        return new RegisterOperation(
            id, 0, RegisterOperation.Kind.READ, 0, 0, begun.moment, never, false);
      }
      case ":write" -> {
        return RegisterOperation.write(id, 0, value(begun.argument), begun.moment, never, false);
      }
      case ":cas" -> {
        long[] two = pair(begun.argument);
        return RegisterOperation.compareAndSet(id, 0, two[0], two[1], begun.moment, never, false);
      }
      default -> throw new IllegalArgumentException(begun.function);
    }
  }
}
