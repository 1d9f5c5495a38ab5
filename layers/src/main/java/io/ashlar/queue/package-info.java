/** Queues whose items are leased to consumers. Begin with {@link io.ashlar.queue.Queue}. */
package io.ashlar.queue;
