/**
 * The production host of roles: loops on a Disruptor ring, a transport on Netty, files on NIO, and
 * the protobuf envelope of messages. Threads, sockets and files live here and nowhere else.
 */
package io.ashlar.runtime;
