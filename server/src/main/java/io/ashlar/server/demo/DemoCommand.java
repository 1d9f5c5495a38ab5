package io.ashlar.server.demo;

import io.ashlar.server.ExitCodes;
import io.ashlar.server.Json;
import io.ashlar.server.Trees;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ashlar demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "A guided tour on real data, under two minutes. Ends with 0 only if every claim held.")
public final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--keep", description = "Keeps the store, to look at it with the shell.")
  private boolean keep;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often a process is killed. Default: 3")
  private int kills;

  @Option(names = "--rows", hidden = true, defaultValue = "2147483647")
  private int rowsMax;

  @Option(names = "--json", description = "Ends with one JSON line of the result.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (kills < 0) {
      throw new ParameterException(spec.commandLine(), "--kills must be 0 or more, not " + kills);
    }
    PrintWriter out = spec.commandLine().getOut();
    long begun = System.nanoTime();
    Narrator narrator = new Narrator(out, Boolean.getBoolean("ashlar.terminal"));
    out.println("Ashlar: a tour on real data. Each line with ✓ was checked just now.");
    List<City> all = Gazetteer.load();
    List<City> cities = all.subList(0, Math.min(all.size(), rowsMax));
    Path home = Files.createTempDirectory("ashlar-demo-");
    boolean clean = false;
    Tour tour = new Tour(narrator, home.resolve("store"), home, cities);
    try {
      tour.take(kills);
      clean = narrator.broken() == 0 && !keep;
    } finally {
      if (clean) {
        Trees.delete(home);
      } else {
        out.println();
        Path store = home.resolve("store");
        out.println("The store is kept in " + store + "; look at it with");
        out.println(
            "   ./ashlar shell --dir " + store + " --exec 'table query demo/cities by-country IS'");
      }
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    conclude(out, narrator, tour, seconds);
    if (json) {
      out.println(
          Json.object()
              .put("result", narrator.broken() == 0 ? "ok" : "failed")
              .put("claims", narrator.kept() + narrator.broken())
              .put("failed", narrator.broken())
              .put("seconds", seconds));
    }
    return narrator.broken() == 0 ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private static void conclude(PrintWriter out, Narrator narrator, Tour tour, double seconds) {
    out.println();
    out.println("Figures of this run");
    tour.figures().forEach(figure -> out.println("   " + figure));
    out.println();
    if (narrator.broken() == 0) {
      out.printf(
          Locale.ROOT,
          "All %d claims held, in %.0f s. Where to go next:%n",
          narrator.kept(),
          seconds);
    } else {
      out.printf(
          Locale.ROOT,
          "%d of %d claims DID NOT HOLD.%n",
          narrator.broken(),
          narrator.kept() + narrator.broken());
    }
    out.println(
        "   ./ashlar shell --memory              try it by hand; `help' lists the commands");
    out.println("   ./ashlar start --dir ./data          serve a store over TCP");
    out.println(
        "   ./ashlar sim --seed 7                a whole cluster under faults, in one thread");
    out.println("   ./ashlar bench                       measure this machine");
    out.println("   docs/architecture.md                 how it works");
    out.flush();
  }
}
