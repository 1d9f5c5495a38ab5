/**
 * Tables: rows with a primary key and secondary indexes, which always agree with the rows. Begin
 * with {@link io.ashlar.table.Table}.
 */
package io.ashlar.table;
