package io.ashlar.control;

import io.ashlar.core.Uid;

/**
 * A storage server of the database.
 *
 * @param storageId its identity
 * @param tag the stream of the log it reads
 * @param workerId the worker it was created on
 * @param zone of that worker: no two replicas of a shard are in one
 */
record StorageMember(Uid storageId, int tag, Uid workerId, String zone) {}
