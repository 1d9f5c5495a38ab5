/** Kills of a process in the middle of commits, and what the store has afterwards. */
package io.ashlar.embedded.kill;
