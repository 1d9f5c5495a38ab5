/** {@code ashlar coordinators}. */
package io.ashlar.server.coordinators;
