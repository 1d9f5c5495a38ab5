/** Large values in chunks, streamed in and out. Begin with {@link io.ashlar.blob.Blobs}. */
package io.ashlar.blob;
