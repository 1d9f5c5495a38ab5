/**
 * What the ports promise, as tests that run against every implementation: an implementation extends
 * each abstract suite and gives it its {@link io.ashlar.host.contract.PortWorld}.
 */
package io.ashlar.host.contract;
