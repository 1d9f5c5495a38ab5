/**
 * What people see of a run: its trace, where two runs part, a page with its course, and words for
 * all of it.
 */
package io.ashlar.simulation.diagnosis;
