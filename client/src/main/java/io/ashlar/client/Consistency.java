package io.ashlar.client;

/**
 * What reads may and may not show. Chosen by where one reads: the {@link Database} itself, one of
 * its {@linkplain Database#session() sessions}, or its {@linkplain Database#eventual() eventual
 * reads}. Writes are strictly serializable always: what is committed is the same for all.
 *
 * <p>At every level a transaction reads one version, all of it, and only what is committed: never
 * what a failure could take back, never half of a transaction, never two states mixed.
 *
 * <table>
 *   <caption>What each level shows</caption>
 *   <tr><th></th><th>STRONG</th><th>SESSION</th><th>EVENTUAL</th></tr>
 *   <tr><td>every commit that was acknowledged before, to anybody</td>
 *       <td>yes</td><td>perhaps not</td><td>perhaps not</td></tr>
 *   <tr><td>own commits, and all that was read before</td><td>yes</td>
 *       <td>yes: of the session, and of those whose token it got</td><td>perhaps not</td></tr>
 *   <tr><td>a later transaction never sees an older state</td>
 *       <td>yes</td><td>yes, within the session</td><td>perhaps not</td></tr>
 *   <tr><td>asks for a read version first</td><td>yes</td><td>seldom</td>
 *       <td>only after a failure</td></tr>
 *   <tr><td>may write</td><td>yes</td><td>yes</td><td>no</td></tr>
 * </table>
 */
public enum Consistency {
  /** Strictly serializable: as if all transactions ran one after the other, in real time. */
  STRONG,
  /** Causal: what the session has read and written stays read and written, see the session. */
  SESSION,
  /** What the storage server that was asked first knows to be committed; with its age. */
  EVENTUAL
}
