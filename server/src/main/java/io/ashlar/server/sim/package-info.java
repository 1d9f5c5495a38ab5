/**
 * What long runs of the simulator leave behind: results that are added to, and pages about them.
 */
package io.ashlar.server.sim;
