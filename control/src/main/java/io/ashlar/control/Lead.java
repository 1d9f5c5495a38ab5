package io.ashlar.control;

/** The lead as its holder has it, for one term. */
interface Lead {
  /** Whether it has it at this moment: asked before each thing that a leader alone may do. */
  boolean isLeading();

  /** Whether another would have it if this one gave it up, as was heard last. */
  boolean isContested();

  /** Gives it up, a moment later, for another to try: that may reach whom this one does not. */
  void giveUp();

  /** Gives it up, a moment later, and never takes it again. */
  void retire();

  /** Is as good a leader as any: it has done what a leader is for. */
  void proved();
}
