package io.ashlar.table;

import io.ashlar.tuple.Tuple;

/**
 * An entry of an index.
 *
 * @param values in the columns of the index
 * @param key the primary key of the row
 * @param covered the values that the index {@linkplain Index#covering covers}
 */
public record IndexEntry<K>(Tuple values, K key, Tuple covered) {}
