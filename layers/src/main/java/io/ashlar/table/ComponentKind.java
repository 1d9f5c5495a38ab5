package io.ashlar.table;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a component holds, as {@link RowCodec#components} tells it.
 *
 * @param what it is, such as an integer
 * @param bits that it has; 0 when it does not say so
 * @param constants of which it is one; empty when it does not say so
 * @param orNone whether there may be none, which is another value than what is there else
 */
record ComponentKind(String what, int bits, Set<String> constants, boolean orNone) {
  private static final String OR_NONE = " or none";
  private static final Pattern WITH_BITS = Pattern.compile("(.+) of ([0-9]{1,4}) bits");
  private static final Pattern WITH_CONSTANTS = Pattern.compile("(.+) of \\{(.*)\\}");

  static ComponentKind of(String text) {
    boolean orNone = text.endsWith(OR_NONE);
    String kind = orNone ? text.substring(0, text.length() - OR_NONE.length()) : text;
    Matcher bits = WITH_BITS.matcher(kind);
    if (bits.matches()) {
      return new ComponentKind(bits.group(1), Integer.parseInt(bits.group(2)), Set.of(), orNone);
    }
    Matcher constants = WITH_CONSTANTS.matcher(kind);
    if (constants.matches()) {
      Set<String> each = new HashSet<>(Arrays.asList(constants.group(2).split(", ")));
      return new ComponentKind(constants.group(1), 0, each, orNone);
    }
    return new ComponentKind(kind, 0, Set.of(), orNone);
  }

  /** Whether all that the other one holds is the same in this one. */
  boolean holdsAllOf(ComponentKind other) {
    return what.equals(other.what)
        && orNone == other.orNone
        && (bits >= other.bits && (bits == 0) == (other.bits == 0))
        && constants.containsAll(other.constants)
        && constants.isEmpty() == other.constants.isEmpty();
  }

  /** Whether they are the same but for whether there may be none. */
  boolean differsInNone(ComponentKind other) {
    return orNone != other.orNone
        && new ComponentKind(what, bits, constants, other.orNone).equals(other);
  }
}
