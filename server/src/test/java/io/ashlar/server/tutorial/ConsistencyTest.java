package io.ashlar.server.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.CausalSession;
import io.ashlar.client.Database;
import io.ashlar.client.SessionToken;
import io.ashlar.client.Staleness;
import io.ashlar.kv.Codec;
import io.ashlar.kv.KeyValueStore;
import io.ashlar.tuple.Subspace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of {@code docs/consistency.md}. */
@Timeout(120)
final class ConsistencyTest {
  private final KeyValueStore<String, String> posts =
      new KeyValueStore<>(
          new Subspace("posts".getBytes(StandardCharsets.UTF_8)), Codec.utf8(), Codec.utf8());

  @Test
  void whoHasPostedSeesThePost() {
    try (Database database = Ashlar.inMemory()) {
      // snippet: session
      CausalSession session = database.session();
      posts.put(session, "ann/1", "hello").join();
      String own = posts.get(session, "ann/1").join(); // "hello", always
      // end
      assertThat(own).isEqualTo("hello");
      // snippet: token
      String cookie = session.token().toString();
      // … and with the next request, at another server:
      CausalSession next = database.session(SessionToken.parse(cookie));
      String again = posts.get(next, "ann/1").join();
      // end
      assertThat(again).isEqualTo("hello");
      assertThat(next.token().version()).isGreaterThanOrEqualTo(session.token().version());
    }
  }

  @Test
  void aFriendTellsAFriend() {
    try (Database database = Ashlar.inMemory()) {
      CausalSession ann = database.session();
      CausalSession bob = database.session();
      // snippet: join
      posts.put(ann, "ann/1", "look at this").join();
      bob.join(ann.token()); // comes with Ann's message
      boolean moved =
          bob.run(
              tx -> {
                String post = posts.get(tx, "ann/1").join();
                posts.put(tx, "bob/1", "re: " + post).join();
                return post != null;
              });
      // end
      assertThat(moved).isTrue();
      assertThat(posts.get(database, "bob/1").join()).isEqualTo("re: look at this");
    }
  }

  @Test
  void aListThatMayBeALittleOld() {
    try (Database database = Ashlar.inMemory()) {
      posts.put(database, "ann/1", "hello").join();
      // snippet: eventual
      record Shown(List<String> posts, Staleness age) {}
      Shown shown =
          database
              .eventual()
              .read(
                  reads ->
                      new Shown(
                          posts.getAll(reads, List.of("ann/1", "ann/2")).join(),
                          reads.getStaleness().join()));
      long asOf = shown.age().storeTimeMillis();
      // end
      assertThat(shown.posts()).hasSize(2);
      assertThat(asOf).isPositive();
      assertThat(shown.age().version()).isPositive();
      // snippet: single
      String perhaps = posts.get(database.eventual(), "ann/1").join();
      // end
      assertThat(perhaps).isIn("hello", null);
    }
  }
}
