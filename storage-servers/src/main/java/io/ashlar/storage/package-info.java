/**
 * The storage server: keeps the shards of one tag, in several versions.
 *
 * <p>The newest versions live in memory, as the immutable roots of a {@link
 * io.ashlar.storage.VersionedMap}; what is older than the window lies in a {@link
 * io.ashlar.storage.StorageEngine}. The log servers are the engine's write-ahead log.
 */
package io.ashlar.storage;
