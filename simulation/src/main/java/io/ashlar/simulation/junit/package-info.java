/**
 * JUnit 5: tests of users' code on a simulated cluster, one run a seed. Begin at {@link
 * io.ashlar.simulation.junit.SimulatedCluster}. JUnit itself (junit-jupiter, 5.10 or newer) is the
 * user's to bring.
 */
package io.ashlar.simulation.junit;
