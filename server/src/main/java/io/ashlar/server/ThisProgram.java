package io.ashlar.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program, to be run once more in a process of its own. */
public final class ThisProgram {
  private static final String MORE_OPTIONS = "ASHLAR_JAVA_OPTS";

  private ThisProgram() {}

  /**
   * The command that runs it, with the JVM and the classes of this process.
   *
   * @param temporary where it may leave temporary files, which a killed process does not clean up
   */
  public static List<String> command(Path temporary, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    if (Runtime.version().feature() >= 24) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-Dfile.encoding=UTF-8");
    command.add("-Djava.io.tmpdir=" + temporary);
    String revision = System.getProperty("ashlar.revision");
    if (revision != null) {
      command.add("-Dashlar.revision=" + revision);
    }
    String more = System.getenv(MORE_OPTIONS);
    if (more != null && !more.isBlank()) {
      command.addAll(List.of(more.strip().split("\\s+")));
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("io.ashlar.server.Main");
    command.addAll(arguments);
    return command;
  }
}
