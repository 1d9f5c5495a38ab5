/**
 * The simulated world: virtual time, machines with disks, processes, and the network between them,
 * all in one queue of events, drawn from one seed.
 *
 * <p>Nothing here knows what roles do. Everything a role can see of the world it sees through the
 * ports of {@link io.ashlar.host}, so that the code under test is the code of production.
 */
package io.ashlar.simulation.world;
