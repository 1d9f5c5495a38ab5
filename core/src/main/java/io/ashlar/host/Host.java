package io.ashlar.host;

import io.ashlar.core.SeededRandom;

/**
 * All a role can see of the world.
 *
 * @param clock time
 * @param timers later events
 * @param network the other roles; bound to this role's own address
 * @param disk this role's own files
 * @param readers work on immutable views beside the loop
 * @param random this role's own stream of random draws
 * @param trace what is worth telling
 * @param probes marks of rare paths
 * @param faults points at which the simulator may choose a rare branch
 */
public record Host(
    Clock clock,
    Timers timers,
    Network network,
    Disk disk,
    Readers readers,
    SeededRandom random,
    Trace trace,
    Probes probes,
    Faults faults) {}
