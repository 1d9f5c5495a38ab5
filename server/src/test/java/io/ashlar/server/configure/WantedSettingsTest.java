package io.ashlar.server.configure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.control.ClusterConfiguration;
import io.ashlar.core.Setting;
import io.ashlar.server.CommandFailedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WantedSettingsTest {
  @Test
  void readsWordsAndNumbers() {
    assertThat(
            WantedSettings.parse(List.of("triple", "logs=4", "proxies=2", "antiquorum=1")).asked())
        .isEqualTo(
            Map.of(
                Setting.REPLICATION,
                3,
                Setting.LOGS,
                4,
                Setting.COMMIT_PROXIES,
                2,
                Setting.READ_VERSION_PROXIES,
                2,
                Setting.ANTI_QUORUM,
                1,
                Setting.STORAGE_REPLICATION,
                3));
    assertThat(WantedSettings.parse(List.of("proxies=2", "commit_proxies=2")).asked()).hasSize(2);
    assertThat(WantedSettings.parse(List.of("storage_replication=2")).asked())
        .isEqualTo(Map.of(Setting.STORAGE_REPLICATION, 2));
  }

  @Test
  void namesTheWordThatIsWrong() {
    Map<String, String> wrong =
        Map.of(
            "treble",
                "'treble' is nothing to configure; there are single, double, triple, and logs=N",
            "logs", "'logs' is nothing to configure",
            "logs=", "'logs=': logs must be a number from 1 to 64",
            "logs=65", "'logs=65': logs must be a number from 1 to 64, not 65",
            "=3", "'=3' is nothing to configure");
    wrong.forEach(
        (word, text) ->
            assertThatThrownBy(() -> WantedSettings.parse(List.of(word)))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageStartingWith(text));
    assertThatThrownBy(() -> WantedSettings.parse(List.of("single", "double")))
        .hasMessage("'double' is not what another word says of replication");
  }

  @Test
  void moreCopiesTakeMoreLogServersUnlessTheyWereNamed() {
    Map<Setting, Integer> single = ClusterConfiguration.single().settings();
    assertThat(WantedSettings.parse(List.of("triple")).complete(single))
        .containsEntry(Setting.LOGS, 3);
    assertThat(WantedSettings.parse(List.of("triple", "logs=1")).complete(single))
        .containsEntry(Setting.LOGS, 1);
    Map<Setting, Integer> triple =
        new ClusterConfiguration(1, 1, 1, 5, 3, 3, 1, 5_000_000).settings();
    assertThat(WantedSettings.parse(List.of("double")).complete(triple))
        .isEqualTo(
            Map.of(Setting.REPLICATION, 2, Setting.ANTI_QUORUM, 0, Setting.STORAGE_REPLICATION, 2));
  }
}
