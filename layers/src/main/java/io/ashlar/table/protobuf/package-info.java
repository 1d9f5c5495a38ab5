/**
 * Rows that are protobuf messages. It alone needs protobuf-java, which whoever uses it brings
 * along.
 */
package io.ashlar.table.protobuf;
