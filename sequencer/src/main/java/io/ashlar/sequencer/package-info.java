/**
 * The sequencer: hands out the commit versions of an epoch, and knows the live committed version.
 * Rules in {@link io.ashlar.sequencer.VersionClock}, messages in {@link
 * io.ashlar.sequencer.Sequencer}.
 */
package io.ashlar.sequencer;
