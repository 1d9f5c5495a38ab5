package io.ashlar.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.message.CoordinatorSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterFileTest {
  private static final String ID = "0123456789abcdef0123456789abcdef";
  private static final String SET = "00000000000000aa00000000000000bb";

  private static ErrorCode codeOf(Throwable error) {
    return ((AshlarException) error).code();
  }

  @Test
  void whatWasWrittenIsRead(@TempDir Path directory) {
    ClusterFile file = new ClusterFile("ashlar", ID, List.of("127.0.0.1:4500", "[::1]:4501"));
    file.write(directory.resolve("ashlar.cluster"));
    file.write(directory.resolve("ashlar.cluster"));
    assertThat(ClusterFile.read(directory.resolve("ashlar.cluster"))).isEqualTo(file);
    assertThat(file).hasToString("ashlar:" + ID + "@127.0.0.1:4500,[::1]:4501");
    assertThat(directory.resolve("ashlar.cluster.new")).doesNotExist();
  }

  @Test
  void commentsAndEmptyLinesDoNotCount() {
    ClusterFile file =
        ClusterFile.parse("# where it is\n\n  prod_1:" + ID + "@db.example:4500  \n\n#", "here");
    assertThat(file).isEqualTo(new ClusterFile("prod_1", ID, List.of("db.example:4500")));
  }

  @Test
  void whatIsNoClusterFileIsSaidToBeNone() {
    for (String bad :
        List.of(
            "",
            "# nothing",
            "a:b",
            "a:b@c:1",
            "a:" + ID + "@c",
            "a:" + ID + "@host:99999",
            "a:" + ID + "@host:0",
            "a b:" + ID + "@d:1",
            "a:" + ID + "0@d:1",
            "a:" + "0".repeat(32) + "@d:1",
            "a:" + ID + "0".repeat(32) + "@d:1",
            "a:" + ID + "@c:1\na:" + ID + "@c:2",
            "a:" + ID + "@c:1,",
            "a:" + ID + "@c:1,c:2,c:3,c:4,c:5,c:6")) {
      assertThatThrownBy(() -> ClusterFile.parse(bad, "here"))
          .as(bad)
          .isInstanceOf(AshlarException.class)
          .hasMessageContaining("here")
          .hasMessageContaining("name:id@host:port")
          .matches(error -> codeOf(error) == ErrorCode.CONNECTION_STRING_INVALID);
    }
  }

  /** One that is there twice would be counted twice: two of three would be one process. */
  @Test
  void noCoordinatorIsThereTwiceHoweverItIsWritten() {
    for (String twice :
        List.of(
            "c:1,c:1",
            "c:1,d:1,C:1",
            "127.0.0.1:4500,127.0.0.1:04500",
            "[::1]:4500,[0:0:0:0:0:0:0:1]:4500",
            "[2001:DB8::1]:4500,[2001:db8:0::1]:4500")) {
      assertThatThrownBy(() -> ClusterFile.parse("a:" + ID + "@" + twice, "here"))
          .as(twice)
          .isInstanceOf(AshlarException.class);
    }
    assertThat(ClusterFile.parse("a:" + ID + "@Host:04500,c:1", "here").processes())
        .containsExactly("host:4500", "c:1");
    assertThat(ClusterFile.isSamePlace("[::1]:4500", "[0:0::1]:4500")).isTrue();
    assertThat(ClusterFile.isSamePlace("[::1]:4500", "[::1]:4501")).isFalse();
  }

  @Test
  void theIdIsOfTheDatabaseAndThenOfTheSetOfCoordinatorsThatFollowedTheFirst() {
    ClusterFile first = ClusterFile.parse("a:" + ID.toUpperCase() + "@c:1", "here");
    assertThat(first.databaseId()).isEqualTo(Uid.parse(ID));
    assertThat(first.coordinators())
        .isEqualTo(CoordinatorSet.first(Uid.parse(ID), first.coordinators().coordinators()));
    ClusterFile later = ClusterFile.parse("a:" + ID + SET + "@c:1", "here");
    assertThat(later.databaseId()).isEqualTo(Uid.parse(ID));
    assertThat(later.coordinators().id()).isEqualTo(Uid.parse(SET));
    assertThat(ClusterFile.of("a", Uid.parse(ID), Uid.parse(SET), List.of("c:1"))).isEqualTo(later);
    assertThat(ClusterFile.of("a", Uid.parse(ID), Uid.parse(ID), List.of("c:1"))).isEqualTo(first);
  }

  @Test
  void aFileThatIsNotThereOrCannotBeReadIsNamed(@TempDir Path directory) throws IOException {
    Path absent = directory.resolve("absent");
    assertThatThrownBy(() -> ClusterFile.read(absent))
        .hasMessageContaining(absent.toString())
        .matches(error -> codeOf(error) == ErrorCode.NO_CLUSTER_FILE_FOUND);
    Path folder = Files.createDirectory(directory.resolve("folder"));
    assertThatThrownBy(() -> ClusterFile.read(folder))
        .hasMessageContaining(folder.toString())
        .matches(error -> codeOf(error) == ErrorCode.IO_ERROR);
    ClusterFile file = new ClusterFile("a", ID, List.of("c:1"));
    assertThatThrownBy(() -> file.write(directory.resolve("no/such/folder")))
        .matches(error -> codeOf(error) == ErrorCode.IO_ERROR);
  }
}
