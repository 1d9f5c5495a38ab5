/** Counters that many add to at once. Begin with {@link io.ashlar.counter.Counter}. */
package io.ashlar.counter;
