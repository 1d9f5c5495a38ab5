package io.ashlar.server.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Help and completion know the words of every command. */
final class ShellHelpTest {
  @AutoClose private static final Database database = Ashlar.inMemory();

  @AutoClose private final TypedShell typed = new TypedShell(database);

  @Test
  void completesCommandsAndTheirWords() {
    assertThat(InteractiveShell.completions(List.of("ge"), 0)).contains("get", "getrange");
    assertThat(InteractiveShell.completions(List.of("get", ""), 1)).isEmpty();
    assertThat(InteractiveShell.completions(List.of("writemode", ""), 1))
        .containsExactly("on", "off");
    assertThat(InteractiveShell.completions(List.of("help", "s"), 1)).contains("set");
    assertThat(InteractiveShell.completions(List.of("begin;", "s"), 1)).contains("set");
  }

  @Test
  void helpAndCompletionKnowEveryCommandOfLayers() {
    for (Verb layer : List.of(Verb.KV, Verb.TABLE)) {
      List<String> words = layer.subVerbs().stream().map(SubVerb::word).toList();
      assertThat(InteractiveShell.completions(List.of(layer.word(), ""), 1)).isEqualTo(words);
      assertThat(InteractiveShell.completions(List.of("help", layer.word(), ""), 2))
          .isEqualTo(words);
      assertThat(InteractiveShell.completions(List.of("begin;", layer.word(), ""), 2))
          .isEqualTo(words);
      for (SubVerb verb : layer.subVerbs()) {
        assertThat(typed.said("help " + layer.word()))
            .anyMatch(line -> line.startsWith(verb.usage(layer)));
        assertThat(typed.said("help " + layer.word() + " " + verb.word()))
            .containsExactly(verb.usage(layer), "    " + verb.meaning());
      }
    }
    assertThat(InteractiveShell.completions(List.of("get", "kv", ""), 2)).isEmpty();
    assertThat(typed.refused("help kv nonsense")).contains("unknown command `kv nonsense'");
  }
}
