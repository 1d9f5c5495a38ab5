/**
 * Puts the roles together: the assembly that production and simulation share, a node in this JVM,
 * and its directory.
 */
package io.ashlar.embedded;
