/** Measures a store on this machine: what a client gets, under load that is said beside it. */
package io.ashlar.server.bench;
