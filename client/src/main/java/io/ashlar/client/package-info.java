/**
 * The client: {@link io.ashlar.client.Database} and {@link io.ashlar.client.Transaction}, in the
 * shape users of FoundationDB's Java binding know.
 *
 * <p>A transaction has two halves. The front half runs on the callers' threads: it keeps what the
 * transaction wrote and read, and decides conflicts, limits and reads of its own writes. The role
 * half runs on a loop like every other role and is all that sees the network. Between them go
 * operations: posted to the loop in one direction, completed on the callers' executor in the other.
 */
package io.ashlar.client;
