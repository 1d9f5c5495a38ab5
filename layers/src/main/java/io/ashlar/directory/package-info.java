/**
 * Directories: names for parts of the key space, so that keys are short, parts can be renamed at
 * once, and several applications share a database without treading on each other. The layout is
 * byte for byte the one of FoundationDB's directory layer, so that both may work on the same rows.
 *
 * <p>Begin with {@link io.ashlar.directory.DirectoryLayer}.
 */
package io.ashlar.directory;
