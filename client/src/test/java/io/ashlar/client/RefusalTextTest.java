package io.ashlar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ErrorCode;
import io.ashlar.host.Failure;
import org.junit.jupiter.api.Test;

/** What a user reads of what a server has refused. */
final class RefusalTextTest {
  private static String text(ErrorCode code, String detail) {
    return ClientRole.error(Failure.refused(code, detail)).getMessage();
  }

  /** A server says of which version it is; whoever has the transaction must know what to do. */
  @Test
  void whatIsTooOldSaysHowLongATransactionLivesAndWhatToDo() {
    assertThat(text(ErrorCode.TRANSACTION_TOO_OLD, "version 7 is below 9"))
        .startsWith("transaction_too_old (1007): A transaction lives for 5 seconds")
        .contains("begin it again", "do less in it")
        .endsWith("Why: version 7 is below 9");
    assertThat(text(ErrorCode.TRANSACTION_TOO_OLD, "")).doesNotContain("Why");
  }

  @Test
  void whatIsAheadSaysWhatToDo() {
    assertThat(text(ErrorCode.FUTURE_VERSION, "the version has not arrived"))
        .startsWith("future_version (1009): ")
        .contains("begin the transaction again")
        .endsWith("Why: the version has not arrived");
  }

  @Test
  void whatTimedOutSaysWhatToDo() {
    assertThat(ErrorCode.TRANSACTION_TIMED_OUT.meaning())
        .contains("the time that it was given", "allow it more");
  }

  @Test
  void otherRefusalsAreAsTheServerSaysThem() {
    assertThat(text(ErrorCode.MALFORMED_REQUEST, "it has no key"))
        .isEqualTo("malformed_request (7006): it has no key");
  }
}
