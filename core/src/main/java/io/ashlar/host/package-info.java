/**
 * The ports through which a role sees the world, and nothing else: {@link io.ashlar.host.Host}.
 *
 * <p>There are two implementations of each, production ({@code runtime}) and simulation ({@code
 * simulation}), held to one contract by one test suite. Everything here is called from, and calls
 * back on, the owner's loop, unless a method says otherwise. A completion is always a later event:
 * no handler runs inside the call it was given to.
 */
package io.ashlar.host;
