/**
 * What clients do to a simulated cluster, through the public client API alone, and what must be
 * true of it afterwards. A workload knows nothing of faults, and no other workload: each has keys
 * of its own, so that any of them run side by side.
 */
package io.ashlar.simulation.workload;
