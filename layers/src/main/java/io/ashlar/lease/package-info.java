/** Locks that end by themselves. Begin with {@link io.ashlar.lease.Leases}. */
package io.ashlar.lease;
