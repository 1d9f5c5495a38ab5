package io.ashlar.message;

import io.ashlar.core.Uid;

/** Where the storage server of a tag is. */
public record StorageAddress(int tag, Uid storageId, Address address) {}
