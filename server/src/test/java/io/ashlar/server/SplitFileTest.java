package io.ashlar.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitFileTest {
  @TempDir private Path folder;

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("split"), content);
  }

  @Test
  void everyLineIsAKeyAsTheShellShowsIt() throws IOException {
    assertThat(SplitFile.read(file("\\x00a\nuser/M\n\nuser/\\x5c\nüber\n")))
        .containsExactly(
            Bytes.of(0, 'a'), Bytes.utf8("user/M"), Bytes.utf8("user/\\"), Bytes.utf8("über"));
  }

  @Test
  void whatIsShownIsReadBack() throws IOException {
    byte[] all = new byte[254];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) (i + 1);
    }
    assertThat(SplitFile.read(file(Bytes.wrap(all) + "\n"))).containsExactly(Bytes.wrap(all));
  }

  @Test
  void saysWhatIsWrongAndWhere() throws IOException {
    refuses("line 2: the keys must ascend", file("b\na\n"));
    refuses("line 1: a backslash must begin a byte", file("a\\n\n"));
    refuses("line 1: a backslash must begin a byte", file("a\\x0\n"));
    refuses("line 3: \\xff is not below", file("a\n\n\\xff\n"));
    refuses("has no key", file("\n"));
    refuses("cannot read --split", folder.resolve("missing"));
    Files.write(folder.resolve("binary"), new byte[] {(byte) 0xc3, 10});
    refuses("not text in UTF-8", folder.resolve("binary"));
  }

  private static void refuses(String words, Path file) {
    assertThatThrownBy(() -> SplitFile.read(file))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining(words)
        .matches(failure -> ((CommandFailedException) failure).exitCode() == ExitCodes.USAGE);
  }
}
