/**
 * Every function that was asked for, in memory, in a directory and in a cluster, against models.
 */
package io.ashlar.server.functions;
