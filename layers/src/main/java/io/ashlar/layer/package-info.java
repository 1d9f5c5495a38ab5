/**
 * What the layers share, and those who write one of their own may use: futures in loops, waiting,
 * time.
 */
package io.ashlar.layer;
