package io.ashlar.host;

import io.ashlar.message.Message;

/** Hears the end of a request: exactly one call, from the owner's loop, as a later event. */
public interface ReplyHandler<R extends Message> {
  void onReply(R reply);

  void onFailure(Failure failure);
}
