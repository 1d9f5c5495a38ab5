/**
 * Proof that the simulator finds bugs: each bug of {@link io.ashlar.simulation.planted.PlantedBugs}
 * takes one protection out of the true sources, and a check of what clients saw must notice.
 */
package io.ashlar.simulation.planted;
