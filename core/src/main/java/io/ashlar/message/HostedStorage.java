package io.ashlar.message;

import io.ashlar.core.Uid;

/** A storage server and its tag; its endpoint is the low half of its id. */
public record HostedStorage(Uid storageId, int tag) {}
