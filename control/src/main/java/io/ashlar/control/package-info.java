/**
 * Control: the worker that hosts roles, the cluster controller that places them, recovery, and the
 * coordinators.
 *
 * <p>The rules are in docs/protocol.md, sections 8 and 10.
 */
package io.ashlar.control;
