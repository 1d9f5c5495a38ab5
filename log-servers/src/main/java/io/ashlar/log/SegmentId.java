package io.ashlar.log;

import io.ashlar.core.Uid;

/**
 * Which segment of which log server: every checksum covers it, so that bytes of another file are
 * never taken for this one's.
 *
 * @param number from 1, without gaps
 */
record SegmentId(Uid logId, long epoch, long number) {}
