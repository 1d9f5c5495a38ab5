/**
 * Control: the worker that hosts roles, the cluster controller that places them, and recovery.
 *
 * <p>The rules are in docs/protocol.md, section 8.
 */
package io.ashlar.control;
