/**
 * Puts the roles together: the assembly that production and simulation share, a node in this JVM,
 * and its directory.
 *
 * <p>Not for programs: use {@link io.ashlar.Ashlar}.
 */
package io.ashlar.embedded;
