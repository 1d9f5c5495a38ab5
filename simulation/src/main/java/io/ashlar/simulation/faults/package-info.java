/** What goes wrong in a run: one class a kind, each with its own draws. */
package io.ashlar.simulation.faults;
