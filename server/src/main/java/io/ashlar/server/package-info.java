/** The {@code ashlar} program: its commands, what they share, and how it ends. */
package io.ashlar.server;
