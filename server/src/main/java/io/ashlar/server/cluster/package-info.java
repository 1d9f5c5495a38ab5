/** Clusters of processes on this machine: started, looked at, harmed and ended by commands. */
package io.ashlar.server.cluster;
