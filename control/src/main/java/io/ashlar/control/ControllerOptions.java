package io.ashlar.control;

import io.ashlar.core.Bytes;
import io.ashlar.core.InitialSplit;
import java.util.List;

/**
 * Settings of the controller and of recovery; times are in nanoseconds.
 *
 * @param pingIntervalNanos how often each pipeline role is asked whether it lives; default 250 ms
 * @param silenceNanos how long a role or worker may be silent before it counts as failed; default 1
 *     s
 * @param graceNanos for how long as many log servers as the anti-quorum may be silent before the
 *     epoch gives way to one without them; default 10 s
 * @param retryNanos how often a phase of recovery sends again what is missing; default 100 ms
 * @param recruitNanos how long recruiting may take while nothing fails outright, tail copy
 *     included, before the attempt is given up for another; default 10 s
 * @param viewPollNanos how long a poll for a view waits; default 1 s
 * @param drainNanos how often old generations are asked whether they are drained; default 500 ms;
 *     at first more often
 * @param patienceNanos how long there may be no epoch while nothing that was begun is under way,
 *     before another process is let try; default 10 s
 * @param pollsMax polls for the view that wait at most; more are answered at once; default 100,000
 * @param workersAtCreation the workers to wait for before a database is created, at least as many
 *     as its copies need; default 1
 * @param splitAtCreation the keys at which a database that is created is divided, as {@link
 *     InitialSplit#checkKeys} wants them; none, the default, for the division that fits most
 * @param election how it becomes the controller, and stays it
 * @param quorum how it reads and writes the coordinated state
 * @param moves how it moves shards between storage servers
 */
public record ControllerOptions(
    long pingIntervalNanos,
    long silenceNanos,
    long graceNanos,
    long retryNanos,
    long recruitNanos,
    long viewPollNanos,
    long drainNanos,
    long patienceNanos,
    int pollsMax,
    int workersAtCreation,
    List<Bytes> splitAtCreation,
    ElectionOptions election,
    QuorumOptions quorum,
    MoveOptions moves) {
  private static final long MILLI = 1_000_000;

  public ControllerOptions {
    splitAtCreation = List.copyOf(splitAtCreation);
    InitialSplit.checkKeys(splitAtCreation);
  }

  public static ControllerOptions defaults() {
    return new ControllerOptions(
        250 * MILLI,
        1000 * MILLI,
        10_000 * MILLI,
        100 * MILLI,
        10_000 * MILLI,
        1000 * MILLI,
        500 * MILLI,
        10_000 * MILLI,
        100_000,
        1,
        List.of(),
        ElectionOptions.defaults(),
        QuorumOptions.defaults(),
        MoveOptions.defaults());
  }

  public ControllerOptions withWorkersAtCreation(int workers) {
    return new ControllerOptions(
        pingIntervalNanos,
        silenceNanos,
        graceNanos,
        retryNanos,
        recruitNanos,
        viewPollNanos,
        drainNanos,
        patienceNanos,
        pollsMax,
        workers,
        splitAtCreation,
        election,
        quorum,
        moves);
  }

  /** The same with other {@link #splitAtCreation}. */
  public ControllerOptions withSplitAtCreation(List<Bytes> keys) {
    return new ControllerOptions(
        pingIntervalNanos,
        silenceNanos,
        graceNanos,
        retryNanos,
        recruitNanos,
        viewPollNanos,
        drainNanos,
        patienceNanos,
        pollsMax,
        workersAtCreation,
        keys,
        election,
        quorum,
        moves);
  }
}
