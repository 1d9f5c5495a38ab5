package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.LAYER;

import java.util.List;

/** Bugs of counters, leases, queues and blobs. */
final class BlockBugs {
  private static final String MODULE = "layers";

  private static final RunAs COUNTING = RunAs.DEFAULT.seconds(10).workloads("shared-counter,cycle");
  private static final RunAs LEASING = RunAs.DEFAULT.seconds(10).workloads("leases,cycle");
  private static final RunAs QUEUING = RunAs.DEFAULT.seconds(10).workloads("queue,cycle");
  private static final RunAs STREAMING = RunAs.DEFAULT.seconds(10).workloads("blobs,cycle");

  private BlockBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        countsWithoutConflict(),
        actsWithoutLease(),
        givesATokenTwice(),
        takesWhatIsHeld(),
        takesWhatOthersTake(),
        showsTooSoon(),
        sweepsTheLiving(),
        renewsNothing(),
        writesWhatWasSwept());
  }

  private static PlantedBug countsWithoutConflict() {
    return PlantedBug.in(
            LAYER,
            "counter is read without conflicts",
            "Who acts on the number of a counter does not conflict with those who add.")
        .edit(
            MODULE,
            "io.ashlar.counter.Counter",
            "            reads\n                .getRange(place.range())\n",
            "            reads.snapshot()\n                .getRange(place.range())\n")
        .runAs(COUNTING)
        .knownSeed(1);
  }

  private static PlantedBug actsWithoutLease() {
    return PlantedBug.in(
            LAYER,
            "lease without fence",
            "A transaction that requires a lease is committed although somebody else has it.")
        .edit(
            MODULE,
            "io.ashlar.lease.Leases",
            "                      if (!seen.row().isOf(lease) || !seen.isHeld()) {\n",
            "                      if (false) {\n")
        .runAs(LEASING)
        .knownSeed(1);
  }

  private static PlantedBug givesATokenTwice() {
    return PlantedBug.in(
            LAYER, "lease is released with its token", "After a release the tokens begin anew.")
        .edit(
            MODULE,
            "io.ashlar.lease.Leases",
            "new Row(lease.token(), null, 0)",
            "new Row(0, null, 0)")
        .runAs(LEASING)
        .knownSeed(1);
  }

  private static PlantedBug takesWhatIsHeld() {
    return PlantedBug.in(
            LAYER,
            "queue takes an item whose lease is held",
            "What is handed out is handed out again before its time has run out.")
        .edit(MODULE, "io.ashlar.queue.QueueKeys", "leased.pack(now + 1)", "leased.range().end")
        .runAs(QUEUING)
        .knownSeed(1);
  }

  private static PlantedBug takesWhatOthersTake() {
    return PlantedBug.in(
            LAYER,
            "queue hands an item out without a conflict",
            "Two who come at the same time get the same item.")
        .edit(
            MODULE,
            "io.ashlar.queue.Claim",
            "    transaction.addReadConflictKey(found.key());\n",
            "")
        .runAs(QUEUING)
        .knownSeed(1);
  }

  private static PlantedBug showsTooSoon() {
    return PlantedBug.in(
            LAYER,
            "blob is made visible before its last chunk",
            "The end of a blob does not wait for the chunks that are under way.")
        .edit(
            MODULE,
            "io.ashlar.blob.BlobWriter",
            "    return underWay == 0 && batch.isEmpty()\n",
            "    return batch.isEmpty()\n")
        .runAs(STREAMING)
        .knownSeed(1);
  }

  private static PlantedBug sweepsTheLiving() {
    return PlantedBug.in(
            LAYER,
            "sweep removes a live writer's chunks",
            "Chunks of an upload that has run out are removed, and the upload goes on.")
        .edit(MODULE, "io.ashlar.blob.BlobSweeper", "              transaction.clear(key);\n", "")
        .runAs(STREAMING.factor(4))
        .knownSeed(1);
  }

  private static PlantedBug renewsNothing() {
    return PlantedBug.in(
            LAYER,
            "blob's writer does not renew its upload",
            "A writer that is slow loses what it has written, whatever it does.")
        .edit(
            MODULE,
            "io.ashlar.blob.BlobWriter",
            "blobs.hold(transaction, id, true)",
            "blobs.hold(transaction, id, false)")
        .runAs(STREAMING)
        .knownSeed(1);
  }

  private static PlantedBug writesWhatWasSwept() {
    return PlantedBug.in(
            LAYER,
            "blob's writer does not look whether its upload goes on",
            "Chunks are written after the sweeper has removed those before.")
        .edit(
            MODULE,
            "io.ashlar.blob.Blobs",
            "              if (row == null) {\n                throw lost(id);\n              }\n",
            "              if (row == null) {\n                return null;\n              }\n")
        .runAs(STREAMING.factor(4))
        .knownSeed(1);
  }
}
