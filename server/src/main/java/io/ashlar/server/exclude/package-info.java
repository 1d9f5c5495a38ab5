/** {@code ashlar exclude} and {@code ashlar include}. */
package io.ashlar.server.exclude;
