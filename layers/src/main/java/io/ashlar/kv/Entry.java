package io.ashlar.kv;

import java.util.OptionalLong;

/**
 * What a store has at a key.
 *
 * @param version of the value: another one after each write, whatever it wrote. Drawn from 64 bits:
 *     only whether two are equal means something
 * @param expiresAtMillis the store time from which on the key is not there, in milliseconds since
 *     1970; empty for never
 */
public record Entry<K, V>(K key, V value, long version, OptionalLong expiresAtMillis) {}
