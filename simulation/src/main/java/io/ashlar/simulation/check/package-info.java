/**
 * What is true of every correct history, decided from what clients saw and from the final data.
 * Plain classes: they know nothing of roles, of the simulator or of time.
 */
package io.ashlar.simulation.check;
