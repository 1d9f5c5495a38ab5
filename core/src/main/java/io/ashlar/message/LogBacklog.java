package io.ashlar.message;

/**
 * What a commit proxy has pushed to one log server and not been told to be durable there.
 *
 * @param ageNanos for how long the oldest of that has been waiting; 0 when there is none
 * @param bytes of the pushes that are kept for it
 * @param holdsUp whether the proxy keeps more for this one alone than half of what it may; with an
 *     anti-quorum of a, than half of an a-th of it
 */
public record LogBacklog(long ageNanos, long bytes, boolean holdsUp) {}
