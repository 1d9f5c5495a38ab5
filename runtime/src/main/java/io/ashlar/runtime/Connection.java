package io.ashlar.runtime;

import io.ashlar.core.Bytes;
import io.ashlar.core.MalformedException;
import io.ashlar.message.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket, on its Netty thread: takes bytes apart into frames, decodes them, and publishes what
 * one reading brought as one event of the loop.
 *
 * <p>Bounds: before the handshake a peer can make it hold one small frame, for a bounded time;
 * afterwards one frame under way and {@code inboxBytesMax} of decoded ones, then the socket is not
 * read until the loop has caught up. The same when the loop's ring is full. Whatever a peer sends,
 * the worst that happens is that its own connection is closed and the reason logged.
 */
final class Connection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  /** When the ring was found full, it is tried again after this time. */
  private static final long RETRY_NANOS = 1_000_000;

  /** What the loop hears of a connection, in this order: greeted, frames …, closed. */
  interface Listener {
    /** The peer said hello: for the accepting side the first thing, else the answer to its own. */
    void onGreeted(Connection connection, Handshake.Hello hello);

    void onFrame(Connection connection, Frame frame);

    void onClosed(Connection connection, String reason);
  }

  private enum Reading {
    MAGIC,
    GREETING,
    FRAMES,
    NOTHING
  }

  /** Set and read by the loop alone: whom the frames of this connection belong to. */
  Link link;

  private final RingLoop loop;
  private final HostOptions options;
  private final Listener listener;
  private final DirectAnswers directAnswers;

  /** What the connecting side says first; null on the accepting side. */
  private final Handshake.Hello ownHello;

  private final AtomicLong unsentBytes = new AtomicLong();
  private final AtomicLong inboxBytes = new AtomicLong();
  private volatile ChannelHandlerContext context;
  private volatile boolean paused;
  private volatile boolean stands;
  private volatile String closeReason;

  // Of the Netty thread alone.
  private final CRC32C crc = new CRC32C();
  private final ArrayDeque<Runnable> unpublished = new ArrayDeque<>();
  private Reading reading = Reading.MAGIC;
  private ByteBuf gathered = Unpooled.EMPTY_BUFFER;
  private final Frame.Writer directWriter = new Frame.Writer();
  private boolean answered;
  private List<Frame> frames = new ArrayList<>();
  private long framesBytes;

  Connection(
      RingLoop loop,
      HostOptions options,
      Listener listener,
      DirectAnswers directAnswers,
      Handshake.Hello ownHello) {
    this.loop = loop;
    this.options = options;
    this.listener = listener;
    this.directAnswers = directAnswers;
    this.ownHello = ownHello;
  }

  boolean isDialed() {
    return ownHello != null;
  }

  /** The loop has taken this connection: both sides have said hello. */
  void stands() {
    stands = true;
  }

  // From any thread

  /** Bytes handed over that the socket has not taken yet. */
  long unsentBytes() {
    return unsentBytes.get();
  }

  /** Sends the buffers, in order; they are given away. */
  void write(List<ByteBuf> buffers, long bytes) {
    ChannelHandlerContext to = context;
    unsentBytes.addAndGet(bytes);
    try {
      to.executor().execute(() -> writeNow(to, buffers, bytes));
    } catch (RejectedExecutionException e) {
      // The host closes: its connections are gone.
      buffers.forEach(ByteBuf::release);
    }
  }

  private void writeNow(ChannelHandlerContext to, List<ByteBuf> buffers, long bytes) {
    int last = buffers.size() - 1;
    for (int i = 0; i < last; i++) {
      to.write(buffers.get(i), to.voidPromise());
    }
    to.writeAndFlush(buffers.get(last))
        .addListener(
            future -> {
              unsentBytes.addAndGet(-bytes);
              if (!future.isSuccess()) {
                close("sending failed: " + CauseText.of(future.cause()));
              }
            });
  }

  /** Closes the socket; the loop hears of it. */
  void close(String reason) {
    if (closeReason == null) {
      closeReason = reason;
    }
    ChannelHandlerContext to = context;
    if (to != null) {
      to.close();
    }
  }

  /** Says why, then closes. */
  void refuse(String reason) {
    closeReason = "refused: " + reason;
    Handshake.Refusal refusal = new Handshake.Refusal(Handshake.PROTOCOL_VERSION, reason);
    ChannelHandlerContext to = context;
    to.executor()
        .execute(
            () -> {
              reading = Reading.NOTHING;
              to.writeAndFlush(greeting(to, refusal.encode()))
                  .addListener(ChannelFutureListener.CLOSE);
            });
  }

  /** The loop has handled frames of this size. */
  void onHandled(long bytes) {
    long left = inboxBytes.addAndGet(-bytes);
    if (paused && left <= options.inboxBytesMax() / 2) {
      resumeLater();
    }
  }

  private void resumeLater() {
    try {
      context.executor().execute(this::resume);
    } catch (RejectedExecutionException e) {
      // The host closes.
    }
  }

  @Override
  public String toString() {
    ChannelHandlerContext at = context;
    return at == null ? "no socket yet" : String.valueOf(at.channel().remoteAddress());
  }

  /** The bytes of a hello or a refusal, with the magic in front. */
  static ByteBuf greeting(ChannelHandlerContext to, Bytes payload) {
    ByteBuf buffer = to.alloc().buffer(128);
    buffer.writeBytes(Handshake.MAGIC.unsafeArray());
    Frame.Writer writer = new Frame.Writer();
    writer.prepare(payload);
    writer.writeTo(buffer);
    return buffer;
  }

  /** The accepting side's own hello: the first thing it writes. */
  ByteBuf greeting(Handshake.Hello hello) {
    return greeting(context, hello.encode());
  }

  // On the Netty thread

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    context = ctx;
    if (closeReason != null || loop.isHalted()) {
      ctx.close();
      return;
    }
    long greetNanos = isDialed() ? options.connectNanos() : options.handshakeNanos();
    ctx.executor().schedule(this::closeUngreeted, greetNanos, TimeUnit.NANOSECONDS);
    if (isDialed()) {
      ctx.writeAndFlush(greeting(ctx, ownHello.encode()), ctx.voidPromise());
    }
  }

  private void closeUngreeted() {
    if (reading == Reading.MAGIC || reading == Reading.GREETING) {
      close("no handshake in time");
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    gathered =
        ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), gathered, (ByteBuf) message);
    try {
      while (reading != Reading.NOTHING && readPart(ctx)) {
        // Each part is one frame or the magic.
      }
    } catch (MalformedException e) {
      LOG.warn("closing the connection to {}: {}", this, e.getMessage());
      stopReading();
      close("malformed: " + e.getMessage());
    }
    if (!gathered.isReadable() || reading == Reading.NOTHING) {
      gathered.release();
      gathered = Unpooled.EMPTY_BUFFER;
    } else if (gathered.readerIndex() > gathered.capacity() / 2) {
      gathered.discardSomeReadBytes();
    }
  }

  private void stopReading() {
    reading = Reading.NOTHING;
  }

  /** Reads the next part if it is there as a whole. */
  private boolean readPart(ChannelHandlerContext ctx) {
    if (reading == Reading.MAGIC) {
      return readMagic();
    }
    if (gathered.readableBytes() < Frame.HEADER_BYTES) {
      return false;
    }
    int start = gathered.readerIndex();
    int length = gathered.getInt(start);
    int max = reading == Reading.GREETING ? Handshake.FRAME_BYTES_MAX : Frame.PAYLOAD_BYTES_MAX;
    if (length < 0 || length > max) {
      throw new MalformedException("a frame of " + length + " bytes where " + max + " are allowed");
    }
    if (gathered.readableBytes() < Frame.HEADER_BYTES + length) {
      return false;
    }
    ByteBuffer payload = gathered.nioBuffer(start + Frame.HEADER_BYTES, length);
    crc.reset();
    crc.update(payload.duplicate());
    if ((int) crc.getValue() != gathered.getInt(start + 4)) {
      throw new MalformedException("a frame of " + length + " bytes with a wrong checksum");
    }
    gathered.skipBytes(Frame.HEADER_BYTES + length);
    if (reading == Reading.GREETING) {
      onGreeting(ctx, payload);
    } else {
      Frame frame = Frame.decode(payload);
      if (!answerDirectly(ctx, frame)) {
        frames.add(frame);
        framesBytes += Frame.HEADER_BYTES + length;
      }
    }
    return true;
  }

  /** Whether the frame was a request that did not need the loop. */
  private boolean answerDirectly(ChannelHandlerContext ctx, Frame frame) {
    // Before it stands, our hello may not be on its way yet.
    if (directAnswers == DirectAnswers.NONE || frame.type() != Frame.Type.REQUEST || !stands) {
      return false;
    }
    Message reply = directAnswers.answer(frame.to(), frame.message());
    int size =
        reply == null ? -1 : directWriter.prepare(Frame.Type.REPLY, frame.number(), 0, 0, reply);
    if (size < 0) {
      return false;
    }
    if (unsentBytes.get() + size > options.outboxBytesMax()) {
      close(unsentBytes.get() + " bytes are unsent");
      return true;
    }
    ByteBuf answer = ctx.alloc().directBuffer(size);
    directWriter.writeTo(answer);
    unsentBytes.addAndGet(size);
    ctx.write(answer).addListener(sent -> unsentBytes.addAndGet(-size));
    answered = true;
    return true;
  }

  private boolean readMagic() {
    int size = Math.min(gathered.readableBytes(), Handshake.MAGIC.length());
    for (int i = 0; i < size; i++) {
      if (gathered.getUnsignedByte(gathered.readerIndex() + i) != Handshake.MAGIC.at(i)) {
        throw new MalformedException("this is not the protocol of Ashlar");
      }
    }
    if (size < Handshake.MAGIC.length()) {
      return false;
    }
    gathered.skipBytes(size);
    reading = Reading.GREETING;
    return true;
  }

  private void onGreeting(ChannelHandlerContext ctx, ByteBuffer payload) {
    byte[] array = new byte[payload.remaining()];
    payload.get(array);
    Handshake.Greeting greeting = Handshake.decode(Bytes.wrap(array));
    if (greeting instanceof Handshake.Refusal refusal) {
      stopReading();
      LOG.warn("{} refuses the connection: {}", this, refusal.text());
      close("refused by the peer: " + refusal.text());
      return;
    }
    Handshake.Hello hello = (Handshake.Hello) greeting;
    if (hello.version() != Handshake.PROTOCOL_VERSION) {
      String reason =
          "protocol version "
              + hello.version()
              + " is not known here, this is version "
              + Handshake.PROTOCOL_VERSION;
      LOG.warn("closing the connection to {}: {}", this, reason);
      stopReading();
      refuse(reason);
      return;
    }
    reading = Reading.FRAMES;
    publish(() -> listener.onGreeted(this, hello));
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    publishFrames();
    if (answered) {
      answered = false;
      ctx.flush();
    }
  }

  private void publishFrames() {
    if (frames.isEmpty()) {
      return;
    }
    List<Frame> batch = frames;
    long bytes = framesBytes;
    frames = new ArrayList<>(Math.min(batch.size() * 2, 64));
    framesBytes = 0;
    inboxBytes.addAndGet(bytes);
    publish(() -> deliver(batch, bytes));
    if (inboxBytes.get() > options.inboxBytesMax()) {
      paused = true;
      context.channel().config().setAutoRead(false);
      // The loop may have handled everything before it could see that it is waited for.
      if (inboxBytes.get() <= options.inboxBytesMax() / 2) {
        resume();
      }
    }
  }

  /** An event of the loop. */
  private void deliver(List<Frame> batch, long bytes) {
    for (Frame frame : batch) {
      if (link == null) {
        break;
      }
      listener.onFrame(this, frame);
    }
    onHandled(bytes);
  }

  /** Publishes in order; while the ring is full, the socket is not read. */
  private void publish(Runnable event) {
    if (unpublished.isEmpty() && loop.tryPublish(event)) {
      return;
    }
    unpublished.add(event);
    if (unpublished.size() == 1) {
      context.channel().config().setAutoRead(false);
      context.executor().schedule(this::publishAgain, RETRY_NANOS, TimeUnit.NANOSECONDS);
    }
  }

  private void publishAgain() {
    while (!unpublished.isEmpty()) {
      if (!loop.tryPublish(unpublished.peek())) {
        context.executor().schedule(this::publishAgain, RETRY_NANOS, TimeUnit.NANOSECONDS);
        return;
      }
      unpublished.poll();
    }
    resume();
  }

  private void resume() {
    if (!unpublished.isEmpty() || inboxBytes.get() > options.inboxBytesMax()) {
      return;
    }
    paused = false;
    if (context.channel().isActive()) {
      context.channel().config().setAutoRead(true);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    publishFrames();
    stopReading();
    gathered.release();
    gathered = Unpooled.EMPTY_BUFFER;
    String reason = closeReason != null ? closeReason : "closed by the peer";
    LOG.debug("the connection to {} is closed: {}", this, reason);
    publish(() -> listener.onClosed(this, reason));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof java.io.IOException) {
      LOG.debug("the connection to {} broke: {}", this, cause.toString());
    } else {
      LOG.warn("closing the connection to {} after an error", this, cause);
    }
    stopReading();
    close(CauseText.of(cause));
  }
}
