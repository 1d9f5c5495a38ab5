package io.ashlar.simulation.world;

/**
 * Where a machine stands: what it fails together with.
 *
 * @param computer loses power as one
 * @param zone computers that may be away together, such as those of one rack
 */
public record Place(String computer, String zone) {}
