package io.ashlar.control;

/**
 * The tag of a storage server that was taken away: nobody reads it any more, nor may have it anew
 * while the log has something of it.
 *
 * @param through no version above has anything for it
 */
record RetiredTag(int tag, long through) {}
