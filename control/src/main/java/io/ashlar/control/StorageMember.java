package io.ashlar.control;

import io.ashlar.core.Uid;

/**
 * A storage server of the database.
 *
 * @param storageId its identity
 * @param tag the stream of the log it reads
 * @param workerId the worker it was created on
 */
record StorageMember(Uid storageId, int tag, Uid workerId) {}
