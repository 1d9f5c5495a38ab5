/**
 * Checks a real cluster with the workloads of the simulator: their clients go on while whoever
 * wants to harms the cluster, and tell what was lost and which rules were broken.
 */
package io.ashlar.server.check;
