/**
 * Tuples of typed elements as keys: an encoding whose byte order is the order of the elements, byte
 * for byte the one of FoundationDB's tuple layer, and subspaces that put a prefix before it.
 */
package io.ashlar.tuple;
