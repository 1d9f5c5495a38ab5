/** What the layers share, and those who write one of their own may use: loops of futures. */
package io.ashlar.layer;
