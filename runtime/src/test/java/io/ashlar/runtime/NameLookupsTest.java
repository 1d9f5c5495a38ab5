package io.ashlar.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections to processes that are named, with a resolver that does not answer until it may. */
@Timeout(60)
class NameLookupsTest {
  private static final long ENDPOINT = 9;
  private static final String NAME = "machine.example";

  private final SlowResolver resolver = new SlowResolver();
  private ProcessHost server;

  /** The system's resolver while the servers of names are silent. */
  private static final class SlowResolver implements NameLookups.Resolver {
    final Semaphore asked = new Semaphore(0);
    final AtomicInteger askedCount = new AtomicInteger();
    final CountDownLatch answers = new CountDownLatch(1);

    @Override
    public InetAddress find(String name) throws UnknownHostException {
      askedCount.incrementAndGet();
      asked.release();
      try {
        answers.await();
      } catch (InterruptedException closed) {
        throw new UnknownHostException(name);
      }
      if (name.startsWith("no-")) {
        throw new UnknownHostException(name);
      }
      return InetAddress.getLoopbackAddress();
    }
  }

  @BeforeEach
  void serve() throws IOException {
    server =
        ProcessHost.builder().listen(InetAddress.getLoopbackAddress().getHostAddress(), 0).open();
  }

  @AfterEach
  void end() {
    resolver.answers.countDown();
    server.close();
  }

  private String at(String host) {
    return ProcessAddress.format(host, ProcessAddress.parse(server.process()).getPort());
  }

  private ProcessHost client(long connectNanos) throws IOException {
    HostOptions defaults = HostOptions.defaults();
    HostOptions options =
        new HostOptions(
            defaults.ringSlots(),
            defaults.batchEventsMax(),
            defaults.turnEventsMax(),
            1,
            1,
            defaults.outboxBytesMax(),
            defaults.inboxBytesMax(),
            defaults.requestsMax(),
            defaults.connectionsMax(),
            connectNanos,
            defaults.handshakeNanos(),
            0,
            defaults.silenceNanos());
    return ProcessHost.builder().name("client").options(options).resolver(resolver).open();
  }

  /** There is no role at the endpoint: a process that is reached refuses. */
  private static final String REACHED = "REFUSED";

  private static CompletableFuture<String> ask(ProcessHost client, String process) {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    client.execute(
        () -> {
          Host port = client.host("asking", 1, "asking");
          port.network()
              .request(
                  new Address(process, ENDPOINT),
                  new Ping(),
                  Pong.class,
                  40_000_000_000L,
                  new ReplyHandler<Pong>() {
                    @Override
                    public void onReply(Pong reply) {
                      outcome.complete("answered");
                    }

                    @Override
                    public void onFailure(Failure failure) {
                      outcome.complete(failure.kind().name());
                    }
                  });
        });
    return outcome;
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }

  @Test
  void aNameThatIsLookedUpHoldsNoOtherConnection() throws Exception {
    try (ProcessHost client = client(TimeUnit.SECONDS.toNanos(50))) {
      CompletableFuture<String> named = ask(client, at(NAME));
      resolver.asked.acquire();
      // One connection is made meanwhile, and used.
      assertThat(get(ask(client, server.process()))).isEqualTo(REACHED);
      assertThat(get(ask(client, server.process()))).isEqualTo(REACHED);
      assertThat(named).isNotDone();
      resolver.answers.countDown();
      assertThat(get(named)).isEqualTo(REACHED);
    }
  }

  @Test
  void anAddressIsNotLookedUp() throws Exception {
    try (ProcessHost client = client(HostOptions.defaults().connectNanos())) {
      assertThat(get(ask(client, server.process()))).isEqualTo(REACHED);
      assertThat(resolver.askedCount).hasValue(0);
    }
  }

  @Test
  void anAnswerIsWaitedForAsLongAsAConnectionAndAskedForOnceAtATime() throws Exception {
    try (ProcessHost client = client(TimeUnit.MILLISECONDS.toNanos(20))) {
      for (int i = 0; i < 5; i++) {
        assertThat(get(ask(client, at(NAME)))).isEqualTo("DISCONNECTED");
      }
      resolver.asked.acquire();
      assertThat(resolver.askedCount).hasValue(1);
      resolver.answers.countDown();
      // On a slow machine the handshake may take longer than that, too.
      String outcome;
      do {
        outcome = get(ask(client, at(NAME)));
      } while (!outcome.equals(REACHED));
    }
  }

  @Test
  void aNameThatNobodyHasFailsTheConnection() throws Exception {
    resolver.answers.countDown();
    try (ProcessHost client = client(HostOptions.defaults().connectNanos())) {
      assertThat(get(ask(client, at("no-" + NAME)))).isEqualTo("DISCONNECTED");
      assertThat(get(ask(client, at(NAME)))).isEqualTo(REACHED);
    }
  }

  @Test
  void aHostThatClosesDoesNotWaitForTheResolver() throws Exception {
    CompletableFuture<String> named;
    try (ProcessHost client = client(TimeUnit.SECONDS.toNanos(50))) {
      named = ask(client, at(NAME));
      resolver.asked.acquire();
    }
    assertThat(named).isNotDone();
  }

  @Test
  void soManyNamesAreLookedUpAtATime() throws Exception {
    NameLookups lookups = new NameLookups(resolver, new DefaultThreadFactory("names", true));
    List<CompletableFuture<InetAddress>> found = new ArrayList<>();
    for (int i = 0; i < NameLookups.THREADS_MAX + NameLookups.WAITING_MAX; i++) {
      found.add(lookups.find("machine-" + i));
    }
    assertThatThrownBy(() -> get(lookups.find("one too many")))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseInstanceOf(UnknownHostException.class);
    resolver.asked.acquire(NameLookups.THREADS_MAX);
    assertThat(resolver.askedCount).hasValue(NameLookups.THREADS_MAX);
    assertThat(found).noneMatch(CompletableFuture::isDone);
    resolver.answers.countDown();
    for (CompletableFuture<InetAddress> each : found) {
      assertThat(get(each)).isEqualTo(InetAddress.getLoopbackAddress());
    }
    assertThat(get(lookups.find("one too many"))).isEqualTo(InetAddress.getLoopbackAddress());
    lookups.close();
  }
}
