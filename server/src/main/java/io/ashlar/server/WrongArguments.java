package io.ashlar.server;

import io.ashlar.simulation.diagnosis.Words;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Tells in one line what is wrong with a command line that cannot be read, and where to read what
 * it may be. The whole usage would push that line off the screen.
 */
final class WrongArguments implements IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    command
        .getErr()
        .println(
            "ashlar: "
                + words(wrong, arguments)
                + "; see ./"
                + command.getCommandSpec().qualifiedName()
                + " --help");
    command.getErr().flush();
    return ExitCodes.USAGE;
  }

  private static String words(ParameterException wrong, String[] arguments) {
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      return unmatched(unmatched);
    }
    if (wrong instanceof MutuallyExclusiveArgsException
        || wrong instanceof OverwrittenOptionException
        || wrong instanceof CommandLine.MaxValuesExceededException) {
      return tooMany(wrong, arguments);
    }
    if (wrong.getCause() instanceof TypeConversionException && wrong.getArgSpec() != null) {
      return notAValue(wrong);
    }
    if (wrong instanceof MissingParameterException missing && isWithoutValue(missing)) {
      OptionSpec option = (OptionSpec) missing.getMissing().get(0);
      return name(option) + " needs a value, " + option.paramLabel();
    }
    return oneLine(wrong);
  }

  /** Rather than an option that must be there and is not. */
  private static boolean isWithoutValue(MissingParameterException missing) {
    return missing.getMissing().size() == 1
        && missing.getMissing().get(0) instanceof OptionSpec
        && !missing.getMessage().startsWith("Missing required option");
  }

  private static String unmatched(UnmatchedArgumentException unmatched) {
    String first = unmatched.getUnmatched().get(0);
    CommandLine command = unmatched.getCommandLine();
    if (first.startsWith("-")) {
      return "there is no option "
          + first
          + nearest(first.replaceAll("=.*", ""), command.getCommandSpec().optionsMap().keySet());
    }
    return command.getSubcommands().isEmpty()
        ? "nobody knows what to do with " + quoted(first)
        : "there is no command "
            + quoted(first)
            + nearest(first, command.getSubcommands().keySet());
  }

  private static String nearest(String wrong, Collection<String> known) {
    String nearest = Words.nearest(wrong, known);
    return nearest == null ? "" : " (perhaps " + nearest + ")";
  }

  /** Which options are there twice, or two of which only one may be there. */
  private static String tooMany(ParameterException wrong, String[] arguments) {
    Map<String, Integer> given = new LinkedHashMap<>();
    for (String argument : arguments) {
      String written = argument.replaceAll("=.*", "");
      OptionSpec option = wrong.getCommandLine().getCommandSpec().optionsMap().get(written);
      if (option != null) {
        given.merge(name(option), 1, Integer::sum);
      }
    }
    for (Map.Entry<String, Integer> each : given.entrySet()) {
      if (each.getValue() > 1 && !isForMany(wrong, each.getKey())) {
        return each.getKey() + " is there more than once";
      }
    }
    List<String> grouped =
        given.keySet().stream().filter(name -> isOneOfMany(wrong, name)).toList();
    return grouped.size() > 1
        ? "only one of " + String.join(" and ", grouped) + " can be there"
        : oneLine(wrong);
  }

  private static boolean isForMany(ParameterException wrong, String name) {
    return wrong.getCommandLine().getCommandSpec().optionsMap().get(name).isMultiValue();
  }

  private static boolean isOneOfMany(ParameterException wrong, String name) {
    OptionSpec option = wrong.getCommandLine().getCommandSpec().optionsMap().get(name);
    return option.group() != null && option.group().exclusive();
  }

  private static String notAValue(ParameterException wrong) {
    ArgSpec argument = wrong.getArgSpec();
    String name = argument instanceof OptionSpec option ? name(option) : argument.paramLabel();
    String value = wrong.getValue();
    Class<?> type = argument.auxiliaryTypes()[0];
    if (List.of(long.class, Long.class, int.class, Integer.class).contains(type)) {
      return value.matches("[+-]?[0-9]+")
          ? name + " is a whole number, and " + value + " is too large for it"
          : name + " is a whole number, not " + quoted(value);
    }
    if (type == double.class || type == Double.class) {
      return name + " is a number, not " + quoted(value);
    }
    if (type.isEnum()) {
      List<String> known =
          Arrays.stream(type.getEnumConstants())
              .map(each -> each.toString().toLowerCase(Locale.ROOT))
              .toList();
      return name + " is one of " + String.join(", ", known) + ", not " + quoted(value);
    }
    return name + ": " + wrong.getCause().getMessage();
  }

  private static String name(OptionSpec option) {
    return option.longestName();
  }

  /** As it is, or where that would not be seen in quotes. */
  private static String quoted(String text) {
    return text.isBlank() ? "'" + text + "'" : text;
  }

  private static String oneLine(ParameterException wrong) {
    String text = String.valueOf(wrong.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    text = text.replaceAll("^Error: ", "").replaceAll("\\.$", "");
    return text.isEmpty()
        ? "wrong arguments"
        : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }
}
