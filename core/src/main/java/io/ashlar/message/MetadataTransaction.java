package io.ashlar.message;

import io.ashlar.core.Bytes;
import io.ashlar.core.Verdict;

/**
 * A transaction that changes metadata, and one resolver's verdict: it is committed when every
 * resolver says so.
 *
 * @param index in its batch
 */
public record MetadataTransaction(int index, Verdict verdict, Bytes mutations) {}
