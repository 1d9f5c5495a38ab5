package io.ashlar.message;

import io.ashlar.core.KeyRange;

/** A resolver and the keys it is responsible for. */
public record ResolverShare(Address resolver, KeyRange range) {}
