package io.ashlar.lease;

/**
 * What somebody holds for some time.
 *
 * @param name of the lock
 * @param token the fencing token: larger than that of every lease of this name before. Hand it to
 *     systems outside of the database, which refuse who comes with a smaller one than they have
 *     seen
 * @param holder who has it
 * @param expiresAtMillis the store time at which it ends
 */
public record Lease(String name, long token, String holder, long expiresAtMillis) {}
