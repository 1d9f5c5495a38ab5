package io.ashlar.control;

import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.host.Inbound;
import io.ashlar.host.Network;
import io.ashlar.message.Recruited;
import io.ashlar.message.Refused;
import java.util.List;

/** Answers those who recruit roles. */
record RecruitReplies(Network network) {
  void recruited(Inbound inbound, Uid roleId) {
    network.reply(inbound, new Recruited(roleId));
  }

  /** The role is ready: answers all that waited for it, and forgets them. */
  void recruitedAll(List<Inbound> waiting, Uid roleId) {
    for (Inbound request : waiting) {
      recruited(request, roleId);
    }
    waiting.clear();
  }

  /** The role is not to be had here, or not now: whoever recruits looks elsewhere. */
  void refuse(Inbound inbound, String detail) {
    refuse(inbound, ErrorCode.RECRUITMENT_FAILED, detail);
  }

  void refuse(Inbound inbound, ErrorCode code, String detail) {
    if (inbound.wantsReply()) {
      network.reply(inbound, new Refused(code, detail));
    }
  }
}
