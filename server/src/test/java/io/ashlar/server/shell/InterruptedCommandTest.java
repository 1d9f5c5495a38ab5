package io.ashlar.server.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ctrl-C while a command waits: what it has been asked of the database may have gone out. */
class InterruptedCommandTest {
  private final Database database = Ashlar.inMemory();

  /** The method of a transaction during which the interrupt comes. */
  private String waitingFor = "";

  private final ShellSession session = new ShellSession(interrupting(), "memory", 30_000);

  @BeforeEach
  void writeMode() {
    assertThat(execute("writemode", "on").ok()).isTrue();
  }

  @AfterEach
  void end() {
    session.close();
    database.close();
    assertThat(Thread.interrupted()).as("the interrupt is taken").isFalse();
  }

  private Reply execute(String... words) {
    List<Bytes> command = new ArrayList<>();
    for (String word : words) {
      command.add(Bytes.utf8(word));
    }
    return session.execute(command);
  }

  /** The database, where nothing comes of {@link #waitingFor} but an interrupt. */
  private Database interrupting() {
    return proxy(
        Database.class,
        (same, method, arguments) -> {
          Object result = call(database, method, arguments);
          return result instanceof Transaction made ? interrupting(made) : result;
        });
  }

  private Transaction interrupting(Transaction transaction) {
    return proxy(
        Transaction.class,
        (same, method, arguments) -> {
          if (method.getName().equals(waitingFor)) {
            Thread.currentThread().interrupt();
            return new CompletableFuture<>();
          }
          return call(transaction, method, arguments);
        });
  }

  private static Object call(Object to, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(to, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static void assertMayStillCommit(Reply reply) {
    assertThat(reply.ok()).isFalse();
    assertThat(reply.lines()).singleElement().asString().contains("it may still commit");
    assertThat(reply.json().toString()).contains("may_still_commit", "7005");
  }

  @Test
  void aCommitThatIsInterruptedMayStillCome() {
    assertThat(execute("begin").ok()).isTrue();
    assertThat(execute("set", "a", "1").ok()).isTrue();
    waitingFor = "commit";
    assertMayStillCommit(execute("commit"));
    assertThat(session.inTransaction()).isFalse();
  }

  @Test
  void soMayTheCommitOfACommandOfItsOwn() {
    waitingFor = "commit";
    assertMayStillCommit(execute("set", "a", "1"));
    assertMayStillCommit(execute("kv", "put", "a", "1"));
  }

  @Test
  void whatIsInterruptedBeforeItsCommitHasDoneNothing() {
    waitingFor = "get";
    assertThat(execute("get", "a").lines()).containsExactly("ERROR: interrupted");
    assertThat(execute("begin").ok()).isTrue();
    assertThat(execute("set", "a", "1").ok()).isTrue();
    assertThat(execute("get", "a").lines()).containsExactly("ERROR: interrupted");
    assertThat(session.inTransaction()).isFalse();
    waitingFor = "";
    assertThat(execute("get", "a").lines()).containsExactly("`a': not found");
  }
}
