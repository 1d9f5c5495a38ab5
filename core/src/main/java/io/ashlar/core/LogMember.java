package io.ashlar.core;

/**
 * One log server of a generation.
 *
 * @param logId its identity, for ever
 * @param zone what it fails together with
 */
public record LogMember(Uid logId, String zone) {}
