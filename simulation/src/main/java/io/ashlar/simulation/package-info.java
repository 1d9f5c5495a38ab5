/** The deterministic simulator: a whole cluster and its clients in one thread, from one seed. */
package io.ashlar.simulation;
