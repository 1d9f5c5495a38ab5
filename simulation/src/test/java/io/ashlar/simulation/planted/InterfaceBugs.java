package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.CLIENT;

import java.util.List;

/** Bugs of what the client's interface says to those who use it wrongly. */
final class InterfaceBugs {
  private static final String MODULE = "client";
  private static final String PACKAGE = "io.ashlar.client.";

  private InterfaceBugs() {}

  static List<PlantedBug> all() {
    return List.of(watchesKeepTheirPlace(), optionsConcernWhatIsUnderWay());
  }

  private static PlantedBug watchesKeepTheirPlace() {
    return PlantedBug.in(
            CLIENT,
            "watches that have ended keep their place",
            "A watch that fired or failed counts on as one of those that a connection may have.")
        .edit(
            MODULE,
            PACKAGE + "WatchFuture",
            "    database().releaseWatch();\n",
            "    if (isCancelled()) {\n      database().releaseWatch();\n    }\n")
        .runAs(RunAs.DEFAULT.seconds(10).workloads("api-fuzz,cycle"));
  }

  private static PlantedBug optionsConcernWhatIsUnderWay() {
    return PlantedBug.in(
            CLIENT,
            "an option concerns the commit that is under way",
            "A size limit that is set while a commit waits for reads decides about that commit.")
        .edit(
            MODULE,
            PACKAGE + "ClientTransaction",
            "    if (sizeBytes > committing.commitBytesMax) {\n",
            "    if (sizeBytes > settings.sizeLimitBytes()) {\n")
        .runAs(RunAs.DEFAULT.workloads("api-fuzz,cycle"));
  }
}
