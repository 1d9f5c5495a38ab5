package io.ashlar.core;

/** A key and its value. */
public record KeyValue(Bytes key, Bytes value) {}
