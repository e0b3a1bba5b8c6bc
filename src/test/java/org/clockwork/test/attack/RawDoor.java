package org.clockwork.test.attack;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clockwork.gateway.bridge.BridgeAttacks;
import org.clockwork.gateway.grpc.GrpcAttacks;
import org.clockwork.gateway.rest.RestAttacks;
import org.clockwork.test.Seeds;

/** A port that is sent garbled bytes, each case on a connection of its own. */
public abstract sealed class RawDoor {
  /** Who has said nothing by then waits for more, and is told that there is none. */
  private static final int PATIENCE_MILLIS = 40;

  private static final int LONGEST_MILLIS = 60_000;

  private final int port;
  private final List<byte[]> words;

  private RawDoor(int port, List<byte[]> words) {
    this.port = port;
    this.words = words;
  }

  abstract byte[] sample(RandomGenerator dice);

  abstract void check(byte[] sent, String answer);

  /** Fails with the seed where what comes back is not as it should be. */
  public Void attack(int seed) throws IOException {
    RandomGenerator dice = Seeds.random(seed);
    byte[] sent = new Garbler(dice, words).garbled(sample(dice));
    byte[] answer = exchanged(sent);
    try {
      check(sent, new String(answer, StandardCharsets.ISO_8859_1));
    } catch (AssertionError e) {
      throw new AssertionError("seed %d: %s".formatted(seed, e.getMessage()), e);
    }
    return null;
  }

  private byte[] exchanged(byte[] sent) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      try {
        socket.getOutputStream().write(sent);
        socket.setSoTimeout(PATIENCE_MILLIS);
        try {
          socket.getInputStream().transferTo(answer);
        } catch (SocketTimeoutException _) {
          socket.shutdownOutput();
          socket.setSoTimeout(LONGEST_MILLIS);
          socket.getInputStream().transferTo(answer);
        }
      } catch (SocketTimeoutException e) {
        throw new AssertionError(
            "its connection stays open after all was said: "
                + new String(sent, StandardCharsets.ISO_8859_1),
            e);
      } catch (IOException _) {
        // Ended while more was being said: what came before that counts.
      }
    }
    return answer.toByteArray();
  }

  /** Requests of HTTP 1, for everything that there is. */
  public static final class Http extends RawDoor {
    private static final List<String> HEADS =
        List.of(
            "GET /v2 HTTP/1.1",
            "GET /v2/models/fp32/versions/1 HTTP/1.1",
            "POST /v2/repository/index HTTP/1.1",
            "GET /v2/models/stats?x=%20 HTTP/1.1",
            "POST /v2/systemsharedmemory/region/r/register HTTP/1.1",
            "GET / HTTP/1.1",
            "GET /usage HTTP/1.1",
            "GET /eventbus/info HTTP/1.1",
            "POST /v2/repository/models/m/versions/2/upload HTTP/1.1",
            "GET * HTTP/1.1",
            "CONNECT a:1 HTTP/1.1",
            "GET http://h/v2 HTTP/1.0");

    /** Netty repeats the version that it was asked in, be there one or not. */
    private static final Pattern STATUS = Pattern.compile("^[^\r\n]*/\\d+\\.\\d+ (\\d{3}) ");

    /** What may be said; 500 would be our own mistake. */
    private static final Set<String> STATUSES =
        Set.of(
            "200", "400", "401", "404", "405", "408", "413", "414", "417", "429", "431", "501",
            "503");

    public Http(int port) {
      super(
          port,
          RestAttacks.words(
              "\r\n",
              "\r\n\r\n",
              " ",
              ":",
              "HTTP/9.9",
              "Content-Length: -1\r\n",
              "Content-Length: 99999999999\r\n",
              "Transfer-Encoding: chunked\r\n",
              "Content-Encoding: gzip\r\n",
              "Expect: 100-continue\r\n",
              "Upgrade: websocket\r\nConnection: Upgrade\r\n",
              "Inference-Header-Content-Length: 7\r\n",
              "ffffffffffff\r\n",
              "0\r\n\r\n",
              "\u0000",
              "[",
              "%00",
              "%"));
    }

    @Override
    byte[] sample(RandomGenerator dice) {
      if (dice.nextBoolean()) {
        return (HEADS.get(dice.nextInt(HEADS.size()))
                + "\r\nHost: h\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
            .getBytes(StandardCharsets.UTF_8);
      }
      byte[] json = RestAttacks.json(dice);
      String head =
          String.join(
              "\r\n",
              "POST /v2/models/fp32/infer HTTP/1.1",
              "Host: h",
              "Connection: close",
              "clockwork-slo-us: 20000",
              "");
      String body = new String(json, StandardCharsets.UTF_8);
      return (dice.nextInt(3) == 0
              ? head
                  + "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
                      .formatted(json.length, body)
              : head + "Content-Length: %d\r\n\r\n%s".formatted(json.length, body))
          .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    void check(byte[] sent, String answer) {
      if (answer.isEmpty() || answer.startsWith("HTTP/1.1 100 ")) {
        return;
      }
      Matcher status = STATUS.matcher(answer);
      if (!status.find() || !STATUSES.contains(status.group(1))) {
        throw new AssertionError(shown(sent) + " was answered " + answer);
      }
      // 501 is of a version that there isn't: what else could be said is written for another one.
      boolean clear =
          answer.contains("\"cause\":") || Set.of("200", "501", "503").contains(status.group(1));
      if (!clear) {
        throw new AssertionError(shown(sent) + " was answered without a cause: " + answer);
      }
    }

    private static String shown(byte[] sent) {
      String text = new String(sent, StandardCharsets.ISO_8859_1);
      return text.length() <= 600 ? text : text.substring(0, 600) + "…";
    }
  }

  /** Frames of the TCP bridge. */
  public static final class Bus extends RawDoor {
    public Bus(int port) {
      super(port, BridgeAttacks.WORDS);
    }

    @Override
    byte[] sample(RandomGenerator dice) {
      byte[] frame = BridgeAttacks.frame(dice);
      return ByteBuffer.allocate(Integer.BYTES + frame.length)
          .putInt(frame.length)
          .put(frame)
          .array();
    }

    /** Whole frames, but for the last one where its client left. */
    @Override
    void check(byte[] sent, String answer) {
      ByteBuffer left = ByteBuffer.wrap(answer.getBytes(StandardCharsets.ISO_8859_1));
      while (left.remaining() >= Integer.BYTES) {
        byte[] frame = new byte[Math.clamp(left.getInt(), 0, left.remaining())];
        left.get(frame);
        String type =
            left.hasRemaining() ? new JsonObject(Buffer.buffer(frame)).getString("type") : "err";
        if (!Set.of("err", "message", "pong").contains(type)) {
          throw new AssertionError("a frame was answered by " + type);
        }
      }
    }
  }

  /** The bridge by WebSocket: a handshake, and masked frames behind it. */
  public static final class WebSocket extends RawDoor {
    private static final int TEXT = 0x81;
    private static final int MASKED_16_BITS = 0xFE;

    private static final Pattern STATUS =
        Pattern.compile("^[^\r\n]*/\\d+\\.\\d+ (101|400|403|404|405|414|426|431|501) ");

    public WebSocket(int port) {
      super(port, BridgeAttacks.WORDS);
    }

    @Override
    byte[] sample(RandomGenerator dice) {
      byte[] head =
          String.join(
                  "\r\n",
                  "GET /eventbus/websocket HTTP/1.1",
                  "Host: h",
                  "Upgrade: websocket",
                  "Connection: Upgrade",
                  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                  "Sec-WebSocket-Version: 13",
                  "",
                  "")
              .getBytes(StandardCharsets.UTF_8);
      byte[] frame = BridgeAttacks.frame(dice);
      // A mask of zeros leaves the text as it is, so that words can be put in.
      return ByteBuffer.allocate(head.length + 8 + frame.length)
          .put(head)
          .put((byte) TEXT)
          .put((byte) MASKED_16_BITS)
          .putShort((short) frame.length)
          .putInt(0)
          .put(frame)
          .array();
    }

    @Override
    void check(byte[] sent, String answer) {
      if (!answer.isEmpty() && !STATUS.matcher(answer).find()) {
        throw new AssertionError("a handshake was answered " + answer);
      }
    }
  }

  /** Calls of gRPC in frames of HTTP 2. */
  public static final class Http2 extends RawDoor {
    private static final byte[] PREFACE =
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final List<String> METHODS =
        List.of(
            "/inference.GRPCInferenceService/ModelInfer",
            "/inference.GRPCInferenceService/ModelStreamInfer",
            "/inference.GRPCInferenceService/ServerReady",
            "/grpc.health.v1.Health/Check",
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            "/nobody/nothing");

    public Http2(int port) {
      super(
          port,
          List.of(
              new byte[] {0, 0, 0, SETTINGS, 1, 0, 0, 0, 0},
              new byte[] {0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8},
              new byte[] {0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 8},
              new byte[] {0, 0, 4, 8, 0, 0, 0, 0, 0, 127, -1, -1, -1},
              new byte[] {0, 0, 5, 2, 0, 0, 0, 0, 1, 0, 0, 0, 1, 3},
              new byte[] {0, 0, 1, 9, 4, 0, 0, 0, 1, -128},
              new byte[] {1, 0, 0, 0, 5}));
    }

    @Override
    byte[] sample(RandomGenerator dice) {
      byte[] message = GrpcAttacks.message(dice).toByteArray();
      ByteBuf bytes = Unpooled.buffer().writeBytes(PREFACE);
      frame(bytes, SETTINGS, 0, 0, Unpooled.EMPTY_BUFFER);
      frame(bytes, HEADERS, END_HEADERS, 1, headers(METHODS.get(dice.nextInt(METHODS.size()))));
      frame(
          bytes,
          DATA,
          END_STREAM,
          1,
          Unpooled.buffer().writeByte(0).writeInt(message.length).writeBytes(message));
      return ByteBufUtil.getBytes(bytes);
    }

    private static ByteBuf headers(String path) {
      ByteBuf block = Unpooled.buffer();
      try {
        new DefaultHttp2HeadersEncoder()
            .encodeHeaders(
                1,
                new DefaultHttp2Headers()
                    .method("POST")
                    .scheme("http")
                    .authority("h")
                    .path(path)
                    .set("content-type", "application/grpc")
                    .set("te", "trailers")
                    .set("grpc-timeout", "20m"),
                block);
      } catch (Http2Exception e) {
        throw new IllegalStateException(e);
      }
      return block;
    }

    private static void frame(ByteBuf to, int type, int flags, int stream, ByteBuf payload) {
      to.writeMedium(payload.readableBytes()).writeByte(type).writeByte(flags).writeInt(stream);
      to.writeBytes(payload);
    }

    @Override
    void check(byte[] sent, String answer) {
      if (answer.startsWith("HTTP/1.1 500")) {
        throw new AssertionError("was answered " + answer);
      }
    }
  }
}
