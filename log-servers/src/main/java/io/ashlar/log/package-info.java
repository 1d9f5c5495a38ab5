/**
 * The log server: keeps the versions of one generation in checksummed segment files, acknowledges
 * them when they are durable and hands them out tag by tag. {@link io.ashlar.log.LogServer} is the
 * role; the format on disk is told in {@code docs/log-format.md}.
 */
package io.ashlar.log;
