/**
 * Code of users in a simulated world: programs that wait, each in a thread of its own, one at a
 * time.
 */
package io.ashlar.simulation.program;
