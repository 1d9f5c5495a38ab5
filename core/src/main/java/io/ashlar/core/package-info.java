/**
 * What every part of Ashlar shares: byte strings and key ranges, mutations and their encodings,
 * errors, limits and the seeded random generator.
 *
 * <p>Nothing here has threads, clocks or files.
 */
package io.ashlar.core;
