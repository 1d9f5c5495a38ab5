/**
 * The resolver: decides which transactions of a batch may commit. What was written when is in
 * {@link io.ashlar.resolver.ConflictSet}, the order of batches and what proxies still have to learn
 * in {@code BatchChain}, messages in {@link io.ashlar.resolver.Resolver}.
 */
package io.ashlar.resolver;
