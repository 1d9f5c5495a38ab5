/** {@code ashlar status}: what a cluster tells of itself, what that means and what to do. */
package io.ashlar.server.status;
