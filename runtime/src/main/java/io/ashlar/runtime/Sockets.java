package io.ashlar.runtime;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of a host: its Netty threads, its listening socket, and the making of connections. No
 * Netty thread, nor one that calls, waits for a name to be looked up.
 */
final class Sockets {
  private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);
  private static final int BACKLOG = 1024;

  private final HostOptions options;
  private final EventLoopGroup group;
  private final boolean epoll;
  private final Class<? extends Channel> socketClass;
  private final Class<? extends ServerChannel> listenerClass;
  private final AtomicInteger accepted = new AtomicInteger();
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
  private final NameLookups names;
  private Channel listening;

  /** Seconds without traffic before the system asks whether the peer is there, and in between. */
  private static final int KEEPALIVE_IDLE_SECONDS = 60;

  private static final int KEEPALIVE_INTERVAL_SECONDS = 10;
  private static final int KEEPALIVE_PROBES = 6;

  /**
   * @param portable without the system's own way of waiting for sockets
   * @param resolver who is asked for what names stand for
   */
  Sockets(String hostName, HostOptions options, boolean portable, NameLookups.Resolver resolver) {
    this.options = options;
    epoll = !portable && Epoll.isAvailable();
    IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    ThreadFactory daemons = new DefaultThreadFactory("ashlar-" + hostName + "-net", true);
    group =
        new MultiThreadIoEventLoopGroup(
            options.networkThreads(),
            (ThreadFactory)
                task -> {
                  Thread thread = daemons.newThread(task);
                  threads.add(thread);
                  return thread;
                },
            handlers);
    socketClass = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    listenerClass = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    names =
        new NameLookups(resolver, new DefaultThreadFactory("ashlar-" + hostName + "-names", true));
  }

  /**
   * Listens; each accepted connection is given what {@code handler} makes.
   *
   * @return where, with the port the system chose when 0 was asked for
   */
  InetSocketAddress listen(InetSocketAddress address, Supplier<Connection> handler)
      throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(listenerClass)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel, handler);
                  }
                });
    try {
      listening = bootstrap.bind(address).syncUninterruptibly().channel();
    } catch (Exception e) {
      // Netty throws the checked cause without declaring it.
      throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
    return (InetSocketAddress) listening.localAddress();
  }

  private void accept(Channel channel, Supplier<Connection> handler) {
    if (accepted.incrementAndGet() > options.connectionsMax()) {
      accepted.decrementAndGet();
      LOG.warn(
          "closing the connection to {}: {} connections are open",
          channel.remoteAddress(),
          options.connectionsMax());
      channel.close();
      return;
    }
    channel.closeFuture().addListener(closed -> accepted.decrementAndGet());
    setOptions(channel);
    channel.pipeline().addLast(handler.get());
  }

  /** Small frames go out at once, and a peer whose machine is gone is noticed without traffic. */
  private void setOptions(Channel channel) {
    channel.config().setOption(ChannelOption.TCP_NODELAY, true);
    channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
    if (epoll) {
      channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS);
      channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_SECONDS);
      channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES);
    }
  }

  /**
   * Connects to {@code address}; what is a name there is looked up first.
   *
   * @param onFailure hears, on a thread of this object, that no socket could be connected; what
   *     happens after that the connection itself tells
   */
  void dial(InetSocketAddress address, Connection connection, Consumer<Throwable> onFailure) {
    InetAddress literal = NetUtil.createInetAddressFromIpAddressString(address.getHostString());
    if (literal == null) {
      lookUp(address, connection, onFailure);
    } else {
      connect(literal, address.getPort(), connection, onFailure);
    }
  }

  private void lookUp(
      InetSocketAddress address, Connection connection, Consumer<Throwable> onFailure) {
    String name = address.getHostString();
    CompletableFuture<InetAddress> found = new CompletableFuture<>();
    ScheduledFuture<?> timeout =
        group.schedule(
            () -> found.completeExceptionally(new UnknownHostException(name + " yet")),
            options.connectNanos(),
            TimeUnit.NANOSECONDS);
    names
        .find(name)
        .whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                found.complete(answer);
              } else {
                found.completeExceptionally(failure);
              }
            });
    found.whenComplete(
        (answer, failure) -> {
          timeout.cancel(false);
          if (failure == null) {
            connect(answer, address.getPort(), connection, onFailure);
          } else {
            onFailure.accept(failure);
          }
        });
  }

  private void connect(
      InetAddress address, int port, Connection connection, Consumer<Throwable> onFailure) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(group)
            .channel(socketClass)
            .disableResolver()
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) Math.max(1, options.connectNanos() / 1_000_000))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    setOptions(channel);
                    channel.pipeline().addLast(connection);
                  }
                });
    bootstrap
        .connect(new InetSocketAddress(address, port))
        .addListener(
            future -> {
              if (!future.isSuccess()) {
                onFailure.accept(future.cause());
              }
            });
  }

  /** A buffer whose content sockets take without copying it. */
  ByteBuf buffer(int capacity) {
    return ByteBufAllocator.DEFAULT.directBuffer(capacity);
  }

  /** Accepts nothing more. */
  void stopListening() {
    if (listening != null) {
      listening.close();
    }
  }

  /** Begins to close everything. */
  Future<?> shutDown() {
    stopListening();
    names.close();
    return group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }

  /** Closes everything, and waits until the threads have ended. */
  void close() throws InterruptedException {
    if (shutDown().await(5, TimeUnit.SECONDS)) {
      // The group has ended a little before its threads have.
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }
}
