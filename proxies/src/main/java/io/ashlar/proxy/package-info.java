/**
 * The proxies: the two roles that clients talk to when they begin and when they commit a
 * transaction. {@link io.ashlar.proxy.ReadVersionProxy} gives out read versions, {@link
 * io.ashlar.proxy.CommitProxy} leads a transaction through sequencer, resolvers and log servers.
 *
 * <p>Both are stateless in the sense that nothing they know must outlive them: a proxy that dies
 * ends its epoch.
 */
package io.ashlar.proxy;
