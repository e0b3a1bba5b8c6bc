package org.clockwork.benchmarks.cluster;

import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Two processes and one TCP connection of Vert.x between them, with nothing around it: so many
 * bytes a frame, each frame acknowledged, so many outstanding. As fast as such a socket gets: the
 * sender's bytes lie outside the heap and are not copied, the receiver counts what comes and keeps
 * none of it.
 */
final class BareSocket {
  private static final int ACKNOWLEDGEMENT_BYTES = 1;

  /** As on the connections between gateways and workers. */
  private static final int WRITE_BYTES = 1 << 20;

  private BareSocket() {}

  /** Starts a sender process and takes what it sends in another one; says what arrived. */
  static double perSecond(int frameBytes, int outstanding, double warmUpSeconds, double seconds)
      throws IOException {
    Process receiver = process("receive", Integer.toString(frameBytes));
    try (BufferedReader received = receiver.inputReader()) {
      String port = received.readLine();
      Process sender =
          process(
              "send",
              Integer.toString(frameBytes),
              port,
              Integer.toString(outstanding),
              Double.toString(warmUpSeconds),
              Double.toString(seconds));
      try (BufferedReader sent = sender.inputReader()) {
        String line = sent.readLine();
        if (line == null) {
          throw new IOException("the bare socket's sender ended without a figure");
        }
        System.out.printf(Locale.ROOT, "bare socket: %s frames/s%n", line);
        return Double.parseDouble(line);
      } finally {
        sender.destroyForcibly();
      }
    } finally {
      receiver.destroyForcibly();
    }
  }

  private static Process process(String... arguments) throws IOException {
    Path root = Path.of(System.getProperty("clockwork.root", "."));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + root.resolve("conf/jvm.options"),
            "-cp",
            System.getProperty("java.class.path"),
            BareSocket.class.getName());
    builder.command().addAll(java.util.List.of(arguments));
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** One of the two processes. */
  public static void main(String[] args) throws Exception {
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
    int frameBytes = Integer.parseInt(args[1]);
    if (args[0].equals("receive")) {
      receive(vertx, frameBytes);
    } else {
      new Sender(vertx, frameBytes, args).run();
    }
  }

  private static void receive(Vertx vertx, int frameBytes) throws Exception {
    NetServer server =
        vertx
            .createNetServer()
            .connectHandler(
                socket -> {
                  Buffer acknowledgement = Buffer.buffer(new byte[ACKNOWLEDGEMENT_BYTES]);
                  AtomicLong counted = new AtomicLong();
                  socket.handler(
                      bytes -> {
                        long before = counted.get() / frameBytes;
                        long frames = counted.addAndGet(bytes.length()) / frameBytes - before;
                        for (long i = 0; i < frames; i++) {
                          socket.write(acknowledgement);
                        }
                      });
                });
    int port =
        server
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS)
            .actualPort();
    System.out.println(port);
    // Until the benchmark ends it.
    Thread.currentThread().join();
  }

  /** Keeps frames outstanding, and counts what is acknowledged. */
  private static final class Sender {
    private final Vertx vertx;
    private final ByteBuffer content;
    private final int port;
    private final int outstanding;
    private final long warmUpMillis;
    private final long millis;
    private long acknowledged;

    Sender(Vertx vertx, int frameBytes, String[] args) {
      this.vertx = vertx;
      this.content = ByteBuffer.allocateDirect(frameBytes).asReadOnlyBuffer();
      this.port = Integer.parseInt(args[2]);
      this.outstanding = Integer.parseInt(args[3]);
      this.warmUpMillis = Math.max(1, Math.round(1_000 * Double.parseDouble(args[4])));
      this.millis = Math.max(1, Math.round(1_000 * Double.parseDouble(args[5])));
    }

    void run() throws Exception {
      vertx
          .createNetClient()
          .connect(port, "127.0.0.1")
          .onSuccess(this::connected)
          .toCompletionStage()
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
      Thread.currentThread().join();
    }

    private void connected(NetSocket socket) {
      socket.setWriteQueueMaxSize(WRITE_BYTES);
      socket.handler(
          acknowledgements -> {
            for (int i = 0; i < acknowledgements.length(); i++) {
              acknowledged++;
              send(socket);
            }
          });
      for (int i = 0; i < outstanding; i++) {
        send(socket);
      }
      vertx.setTimer(
          warmUpMillis,
          _ -> {
            long before = acknowledged;
            long begunNanos = System.nanoTime();
            vertx.setTimer(
                millis,
                _ ->
                    System.out.println(
                        (acknowledged - before) * 1e9 / (System.nanoTime() - begunNanos)));
          });
    }

    private void send(NetSocket socket) {
      ((NetSocketInternal) socket).writeMessage(Unpooled.wrappedBuffer(content));
    }
  }
}
