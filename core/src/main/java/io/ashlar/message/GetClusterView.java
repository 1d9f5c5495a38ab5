package io.ashlar.message;

/**
 * Long poll for a view newer than the one known; from workers and clients to the controller.
 * Answered with {@link ClusterView} when there is one, or after a second with the present one;
 * while there is none yet, after a second with {@link Refused}.
 *
 * @param epoch of the view known, 0 for none
 * @param sequence of the view known
 */
public record GetClusterView(long epoch, long sequence) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.GET_CLUSTER_VIEW;
  }
}
