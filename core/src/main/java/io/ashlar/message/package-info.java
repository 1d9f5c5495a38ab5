/**
 * The protocol: every message, as an immutable record that says who sends it to whom and what it
 * means. The steps they are part of are told in docs/protocol.md.
 */
package io.ashlar.message;
