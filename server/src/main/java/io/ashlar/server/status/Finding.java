package io.ashlar.server.status;

/**
 * Something that is not as it should be.
 *
 * @param health what the cluster is at best because of it
 * @param what it is, a sentence without its full stop
 * @param remedy what to do, a sentence without its full stop
 */
public record Finding(Health health, String what, String remedy) {}
