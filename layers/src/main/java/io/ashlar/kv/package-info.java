/**
 * Keys and values with what people know from key-value stores: compare-and-set, counters, keys that
 * expire, scans in pages, batches. Begin with {@link io.ashlar.kv.KeyValueStore}.
 */
package io.ashlar.kv;
