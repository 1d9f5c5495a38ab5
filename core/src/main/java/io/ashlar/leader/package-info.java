/**
 * How whoever needs the cluster controller finds it: by asking the coordinators. Servers and
 * clients do so alike, and who would lead asks in the same way whether it is chosen.
 */
package io.ashlar.leader;
