/** {@code ashlar configure}. */
package io.ashlar.server.configure;
