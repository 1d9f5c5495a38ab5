package io.ashlar.control;

/** Hears how a phase of a recovery goes that has a class of its own. */
interface PhaseListener {
  /** Something was done that may be all that was missing. */
  void onProgress();

  /**
   * The attempt cannot succeed any more.
   *
   * @param reason for people
   */
  void onFailed(String reason);
}
