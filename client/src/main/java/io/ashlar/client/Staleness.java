package io.ashlar.client;

/**
 * How old what a transaction reads is. What it says is true; how far the database itself has got
 * meanwhile only asking it could tell, so what lies behind is the least that it can be.
 *
 * @param version at which the transaction reads, all of it
 * @param storeTimeMillis the store time at that version, in milliseconds since 1970: what was
 *     committed later is not seen
 * @param versionsBehind so many versions after it, at least, something is committed: as far as this
 *     client has been told by anybody. The jump of a recovery counts
 * @param millisBehind so much of store time lies between, at least
 */
public record Staleness(
    long version, long storeTimeMillis, long versionsBehind, long millisBehind) {}
