package io.ashlar.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

final class CauseTextTest {
  @Test
  void whatFailedIsSaidWithoutNamesOfClasses() {
    assertThat(CauseText.of(new FileAlreadyExistsException("/a")))
        .isEqualTo("/a is there already, and is no folder");
    assertThat(CauseText.of(new NotDirectoryException("/a"))).isEqualTo("/a is no folder");
    assertThat(CauseText.of(new NoSuchFileException("/a"))).isEqualTo("there is no /a");
    assertThat(CauseText.of(new AccessDeniedException("/a"))).isEqualTo("no permission for /a");
    assertThat(CauseText.of(new FileSystemException("/a", null, "No space left on device")))
        .isEqualTo("/a: No space left on device");
    assertThat(CauseText.of(new UnknownHostException("nowhere")))
        .isEqualTo("no address is known of the host nowhere");
    assertThat(CauseText.of(new ClosedChannelException())).isEqualTo("the connection was closed");
    assertThat(CauseText.of(new ConnectException("Connection refused: /127.0.0.1:4500")))
        .isEqualTo("Connection refused: /127.0.0.1:4500");
  }

  @Test
  void whatIsUnexpectedKeepsItsName() {
    assertThat(CauseText.of(new IOException())).isEqualTo("java.io.IOException");
    assertThat(CauseText.of(new IllegalStateException("why")))
        .isEqualTo("java.lang.IllegalStateException: why");
  }
}
