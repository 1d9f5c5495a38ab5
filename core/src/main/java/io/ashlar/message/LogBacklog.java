package io.ashlar.message;

/**
 * What a commit proxy has pushed to one log server and not been told to be durable there.
 *
 * @param versions how far the log server is behind what was pushed; about microseconds
 * @param bytes of the pushes that are kept for it
 * @param holdsUp whether the proxy keeps more than half of what it may for this one alone
 */
public record LogBacklog(long versions, long bytes, boolean holdsUp) {}
