package io.ashlar.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.Limits;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Role;
import io.ashlar.message.Address;
import io.ashlar.message.GetValues;
import io.ashlar.message.Message;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import io.ashlar.message.Values;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What peers may send that are broken, hostile or of another version: their own end, no more. */
@Timeout(60)
class BadPeersTest {
  private static final long ENDPOINT = 9;

  private HostOptions hasty;
  private ProcessHost host;
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  @BeforeEach
  void open() throws IOException {
    HostOptions defaults = HostOptions.defaults();
    hasty =
        new HostOptions(
            defaults.ringSlots(),
            defaults.batchEventsMax(),
            defaults.turnEventsMax(),
            1,
            1,
            64L << 20,
            1 << 16,
            defaults.requestsMax(),
            3,
            defaults.connectNanos(),
            200_000_000,
            0,
            300_000_000);
    host = listening(hasty);
    host.execute(
        () -> {
          Host port = host.host("pong", ENDPOINT, "pong");
          host.start(ENDPOINT, new PongRole(port));
        });
  }

  private ProcessHost listening(HostOptions options) throws IOException {
    return ProcessHost.builder()
        .listen("127.0.0.1", 0)
        .options(options)
        .onFailure(failure::complete)
        .open();
  }

  @AfterEach
  void theHostStillServesOthers() throws Exception {
    try (ProcessHost client = ProcessHost.builder().name("client").open()) {
      assertThat(ask(client, new Address(host.process(), ENDPOINT), new Ping(), Pong.class))
          .isEqualTo("answered");
    }
    assertThat(failure).isNotDone();
    host.close();
  }

  /** Answers pings, and keys with themselves; everything else it keeps. */
  private static final class PongRole implements Role {
    private final Host host;

    PongRole(Host host) {
      this.host = host;
    }

    @Override
    public void start() {}

    @Override
    public void onMessage(Inbound inbound) {
      if (inbound.message() instanceof Ping && inbound.wantsReply()) {
        host.network().reply(inbound, new Pong());
      } else if (inbound.message() instanceof GetValues request) {
        List<Bytes> values = new ArrayList<>();
        for (long i = 0; i < request.version(); i++) {
          values.add(request.keys().get(0));
        }
        host.network().reply(inbound, new Values(1, 1, values));
      }
    }

    @Override
    public void onBatchEnd() {}

    @Override
    public void stop() {}
  }

  private static <R extends Message> String ask(
      ProcessHost client, Address to, Message request, Class<R> type) throws Exception {
    return ask(client, to, request, type, 20_000_000_000L);
  }

  private static <R extends Message> String ask(
      ProcessHost client, Address to, Message request, Class<R> type, long timeoutNanos)
      throws Exception {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    client.execute(
        () -> {
          Host port = client.host("asking", 1, "asking");
          port.network()
              .request(
                  to,
                  request,
                  type,
                  timeoutNanos,
                  new ReplyHandler<R>() {
                    @Override
                    public void onReply(R reply) {
                      outcome.complete("answered");
                    }

                    @Override
                    public void onFailure(Failure failed) {
                      outcome.complete(failed.kind() + " " + failed.code());
                    }
                  });
        });
    return outcome.get(30, TimeUnit.SECONDS);
  }

  private Socket connect() throws IOException {
    int port = Integer.parseInt(host.process().split(":")[1]);
    Socket socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** Everything the host sends until it closes the connection. */
  private static byte[] readToTheEnd(Socket socket) throws IOException {
    try (socket;
        InputStream in = socket.getInputStream()) {
      return in.readAllBytes();
    } catch (SocketException reset) {
      // Closing with unread bytes resets the connection.
      return new byte[0];
    }
  }

  private static byte[] greeting(Bytes payload) {
    Frame.Writer writer = new Frame.Writer();
    writer.prepare(payload);
    ByteBuf buffer = Unpooled.buffer();
    buffer.writeBytes(Handshake.MAGIC.unsafeArray());
    writer.writeTo(buffer);
    return bytes(buffer);
  }

  private static byte[] bytes(ByteBuf buffer) {
    byte[] array = new byte[buffer.readableBytes()];
    buffer.readBytes(array);
    return array;
  }

  private static byte[] hello() {
    return greeting(
        new Handshake.Hello(
                Handshake.PROTOCOL_VERSION, 0, new Uid(1, 2), new Uid(3, 4), Uid.NONE, "")
            .encode());
  }

  private static byte[] frame(Message message) {
    Frame.Writer writer = new Frame.Writer();
    writer.prepare(Frame.Type.REQUEST, 1, ENDPOINT, 1, message);
    ByteBuf buffer = Unpooled.buffer();
    writer.writeTo(buffer);
    return bytes(buffer);
  }

  /** Shakes hands, so that what follows are frames. */
  private Socket shaken() throws IOException {
    Socket socket = connect();
    socket.getOutputStream().write(hello());
    readGreeting(socket);
    return socket;
  }

  private static Handshake.Greeting readGreeting(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] magic = new byte[Handshake.MAGIC.length()];
    in.readFully(magic);
    assertThat(Bytes.wrap(magic)).isEqualTo(Handshake.MAGIC);
    byte[] payload = new byte[in.readInt()];
    in.readInt();
    in.readFully(payload);
    return Handshake.decode(Bytes.wrap(payload));
  }

  @Test
  void closesConnectionsOfOtherProtocols() throws Exception {
    Socket socket = connect();
    socket
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes("US-ASCII"));
    assertThat(readToTheEnd(socket)).isEmpty();
  }

  @Test
  void refusesAnotherVersionInWords() throws Exception {
    Socket socket = connect();
    Bytes later = Bytes.of(1, 0, 0, 0, 77).concat(Bytes.utf8("whatever a later version says here"));
    socket.getOutputStream().write(greeting(later));
    assertThat(readGreeting(socket))
        .isInstanceOfSatisfying(
            Handshake.Refusal.class,
            refusal -> {
              assertThat(refusal.version()).isEqualTo(Handshake.PROTOCOL_VERSION);
              assertThat(refusal.text()).contains("77").contains("version 1");
            });
    assertThat(readToTheEnd(socket)).isEmpty();
  }

  @Test
  void closesHalfOpenConnections() throws Exception {
    Socket silent = connect();
    Socket half = connect();
    half.getOutputStream().write(hello(), 0, 11);
    assertThat(readToTheEnd(silent)).isEmpty();
    assertThat(readToTheEnd(half)).isEmpty();
  }

  @Test
  void closesAConnectionThatBeginsWithALargeFrame() throws Exception {
    Socket socket = connect();
    ByteBuf large = Unpooled.buffer();
    large.writeBytes(Handshake.MAGIC.unsafeArray());
    large.writeInt(Handshake.FRAME_BYTES_MAX + 1).writeInt(0);
    socket.getOutputStream().write(bytes(large));
    assertThat(readToTheEnd(socket)).isEmpty();
  }

  @Test
  void closesAConnectionWhoseNameIsNotItsOwn() throws Exception {
    Socket socket = connect();
    socket
        .getOutputStream()
        .write(
            greeting(
                new Handshake.Hello(
                        Handshake.PROTOCOL_VERSION,
                        0,
                        new Uid(1, 2),
                        new Uid(3, 4),
                        Uid.NONE,
                        host.process())
                    .encode()));
    assertThat(readGreeting(socket)).isInstanceOf(Handshake.Refusal.class);
    assertThat(readToTheEnd(socket)).isEmpty();
  }

  @Test
  void acceptsABoundedNumberOfConnections() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      sockets.add(shaken());
    }
    assertThat(readToTheEnd(connect())).isEmpty();
    for (Socket socket : sockets) {
      socket.getOutputStream().write(frame(new Ping()));
      assertThat(socket.getInputStream().read()).isNotNegative();
      socket.close();
    }
    // The host hears of the ends on the thread that accepts.
    for (Socket again = connect(); ; again = connect()) {
      try (Socket tried = again) {
        tried.getOutputStream().write(hello());
        readGreeting(tried);
        return;
      } catch (EOFException | SocketException e) {
        continue;
      }
    }
  }

  @Test
  void closesAConnectionWithAWrongChecksum() throws Exception {
    Socket socket = shaken();
    byte[] frame = frame(new Ping());
    frame[frame.length - 1] ^= 1;
    socket.getOutputStream().write(frame);
    assertThat(readToTheEnd(socket)).isEmpty();
  }

  @Test
  void closesAConnectionWithAFrameThatIsTooLarge() throws Exception {
    Socket socket = shaken();
    ByteBuf header = Unpooled.buffer();
    header.writeInt(Limits.FRAME_BYTES_MAX).writeInt(0);
    socket.getOutputStream().write(bytes(header));
    assertThat(readToTheEnd(socket)).isEmpty();
  }

  @Test
  void closesConnectionsWhoseFramesAreNotWellFormed() throws Exception {
    SeededRandom random = new SeededRandom(11);
    for (int i = 0; i < 200; i++) {
      Socket socket = shaken();
      byte[] payload = new byte[random.nextInt(100)];
      random.nextBytes(payload);
      Frame.Writer writer = new Frame.Writer();
      writer.prepare(Bytes.wrap(payload));
      ByteBuf buffer = Unpooled.buffer();
      writer.writeTo(buffer);
      socket.getOutputStream().write(bytes(buffer));
      socket.shutdownOutput();
      assertThat(readToTheEnd(socket)).isEmpty();
    }
  }

  @Test
  void ignoresRepliesToWhatWasNotAsked() throws Exception {
    Socket socket = shaken();
    Frame.Writer writer = new Frame.Writer();
    writer.prepare(Frame.Type.REPLY, 123, 0, 0, new Pong());
    ByteBuf buffer = Unpooled.buffer();
    writer.writeTo(buffer);
    socket.getOutputStream().write(bytes(buffer));
    socket.getOutputStream().write(frame(new Ping()));
    DataInputStream in = new DataInputStream(socket.getInputStream());
    assertThat(in.readInt()).isPositive();
    socket.close();
  }

  @Test
  void cutsAConnectionWhoseReceiverDoesNotRead() throws Exception {
    // Many requests, none of whose answers are read: more than sockets and the outbox hold.
    Socket socket = shaken();
    Bytes megabyte = Bytes.wrap(new byte[1 << 20]);
    byte[] request = frame(new GetValues(20, List.of(megabyte)));
    try {
      for (int i = 0; i < 200; i++) {
        socket.getOutputStream().write(request);
      }
      assertThat(readToTheEnd(socket).length).isLessThan(200 * 20 << 20);
    } catch (IOException cut) {
      assertThat(cut).isNotNull();
    }
  }

  @Test
  void cutsAConnectionByWhichNothingComesWhileRequestsAreGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        ProcessHost client = ProcessHost.builder().name("client").options(hasty).open()) {
      Address to = new Address("127.0.0.1:" + silent.getLocalPort(), ENDPOINT);
      CompletableFuture<Void> ended = new CompletableFuture<>();
      Thread peer =
          new Thread(
              () -> {
                try (Socket socket = silent.accept()) {
                  Handshake.Hello hello = (Handshake.Hello) readGreeting(socket);
                  socket.getOutputStream().write(greeting(hello.encode()));
                  readToTheEnd(socket);
                  ended.complete(null);
                } catch (IOException e) {
                  ended.completeExceptionally(e);
                }
              });
      peer.start();
      while (!ended.isDone()) {
        assertThat(ask(client, to, new Ping(), Pong.class, 50_000_000)).contains("_");
      }
      ended.get();
      peer.join();
    }
  }

  @Test
  void answersDirectlyWhatDoesNotNeedTheLoop() throws Exception {
    DirectAnswers pongs =
        (endpoint, request) -> endpoint == 77 && request instanceof Ping ? new Pong() : null;
    try (ProcessHost server =
            ProcessHost.builder().listen("127.0.0.1", 0).directAnswers(pongs).open();
        ProcessHost client = ProcessHost.builder().name("client").open()) {
      // There is no role at either endpoint: the loop would refuse.
      String process = server.process();
      // The first frames may come before the loop has taken the connection.
      assertThat(ask(client, new Address(process, 78), new Ping(), Pong.class))
          .isEqualTo("REFUSED BROKEN_PROMISE");
      assertThat(ask(client, new Address(process, 77), new Ping(), Pong.class))
          .isEqualTo("answered");
      assertThat(ask(client, new Address(process, 78), new Ping(), Pong.class))
          .isEqualTo("REFUSED BROKEN_PROMISE");
    }
  }

  @Test
  void answersWithARefusalWhereTheReplyIsTooLarge() throws Exception {
    try (ProcessHost client = ProcessHost.builder().name("client").open()) {
      Bytes large = Bytes.wrap(new byte[3 << 20]);
      Address to = new Address(host.process(), ENDPOINT);
      assertThat(ask(client, to, new GetValues(2, List.of(large)), Values.class))
          .isEqualTo("answered");
      assertThat(ask(client, to, new GetValues(30, List.of(large)), Values.class))
          .isEqualTo("REFUSED INTERNAL_ERROR");
      List<Bytes> tooMuch = java.util.Collections.nCopies(30, large);
      assertThat(ask(client, to, new GetValues(1, tooMuch), Values.class))
          .isEqualTo("REFUSED INTERNAL_ERROR");
    }
  }

  /** Its values share their bytes; their size, in an int, comes round to five megabytes. */
  @Test
  void answersWithARefusalWhereTheReplyIsLargerThanTheMemory() throws Exception {
    try (ProcessHost client = ProcessHost.builder().name("client").open()) {
      Bytes value = Bytes.wrap(new byte[Limits.VALUE_BYTES_MAX]);
      Address to = new Address(host.process(), ENDPOINT);
      assertThat(ask(client, to, new GetValues(43_000, List.of(value)), Values.class))
          .isEqualTo("REFUSED INTERNAL_ERROR");
    }
  }

  @Test
  void endsAConnectionThatAnswersWithAnotherKind() throws Exception {
    try (ProcessHost client = ProcessHost.builder().name("client").open()) {
      Address to = new Address(host.process(), ENDPOINT);
      assertThat(ask(client, to, new Ping(), Values.class))
          .isEqualTo("DISCONNECTED CONNECTION_FAILED");
      assertThat(ask(client, to, new Ping(), Pong.class)).isEqualTo("answered");
    }
  }
}
