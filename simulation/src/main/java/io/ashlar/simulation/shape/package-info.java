/** What the input of a run looks like: counts of the shapes of what workloads ask for. */
package io.ashlar.simulation.shape;
