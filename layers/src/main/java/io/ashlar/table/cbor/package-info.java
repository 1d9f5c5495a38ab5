/**
 * Rows that are records, as CBOR. It alone needs Jackson's jackson-dataformat-cbor, which whoever
 * uses it brings along.
 */
package io.ashlar.table.cbor;
