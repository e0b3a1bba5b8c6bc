package org.clockwork.test.gateway;

import static org.clockwork.test.gateway.FakeCluster.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.clockwork.codecs.tls.PemFiles;
import org.clockwork.gateway.DoorLimits;
import org.clockwork.gateway.DoorSafety;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.NoDoorException;
import org.clockwork.gateway.tokens.Access;
import org.clockwork.gateway.tokens.Token;
import org.clockwork.gateway.tokens.TokensFile;
import org.clockwork.protocol.inference.RepositoryIndexRequest;
import org.clockwork.protocol.inference.RepositoryModelUnloadRequest;
import org.clockwork.protocol.inference.ServerLiveRequest;
import org.clockwork.test.security.Keys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who comes in by the doors, whether others read along, and who is shown out. */
@Timeout(90)
class DoorSafetyTest {
  private static final String INFER = "ModelInfer";

  @TempDir Path folder;

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private FakeCluster cluster;
  private Doors.Open open;

  /** Statuses of HTTP and of gRPC; the latter 0 where there is none. */
  private record Reply(int status, String grpcStatus, String cause, String body) {}

  /** Speaks HTTP 1 with the one door and HTTP 2 with the other. */
  private record Client(HttpClient rest, HttpClient grpc) {}

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.stop();
  }

  private void open(DoorSafety safety) throws Exception {
    open = cluster.open(DoorsConfig.DEFAULT.with(safety), lines::add);
  }

  @Test
  void bothDoorsSpeakTlsAndOnlyWithClientsOfTheirAuthority() throws Exception {
    Keys keys = Keys.in(folder);
    PemFiles server = keys.files("server", true);
    open(DoorSafety.DEFAULT.with(server));
    assertTrue(line("Doors are ").contains("encrypted as CN=server"));
    Client known = client(options(keys, Optional.of(keys.files("client", false))));
    assertEquals(200, get(known, "/v2/health/ready").status());
    assertEquals("0", call(known, INFER, question(), Optional.empty()).grpcStatus());
    Client stranger = client(options(keys, Optional.empty()));
    assertThrows(ExecutionException.class, () -> get(stranger, "/v2/health/ready"));
    assertThrows(
        ExecutionException.class, () -> call(stranger, INFER, question(), Optional.empty()));
    Client plain = client(new HttpClientOptions());
    assertThrows(ExecutionException.class, () -> get(plain, "/v2/health/ready"));
  }

  @Test
  void aNewCertificateIsShownFromThenOnAndABrokenOneIsNot() throws Exception {
    Keys keys = Keys.in(folder);
    PemFiles server = keys.files("server", false);
    open(DoorSafety.DEFAULT.with(server));
    HttpClientOptions options = options(keys, Optional.empty());
    assertEquals(Set.of("CN=server"), shown(options));
    keys.issue("server-renewed", server);
    line("New certificate in use: CN=server-renewed");
    assertEquals(Set.of("CN=server-renewed"), shown(options));
    Keys.replace(server.key(), "garbage");
    line("New certificate not used, the one of before stays");
    assertEquals(Set.of("CN=server-renewed"), shown(options));
  }

  @Test
  void eachRoleMayDoItsOwnAndNothingElse() throws Exception {
    String infer = "secret of infer";
    String load = "secret of load";
    String observe = "secret of observe";
    String admin = "secret of admin";
    open(
        DoorSafety.DEFAULT.with(
            tokens(
                token("a", infer, Access.INFER),
                token("b", load, Access.LOAD),
                token("c", observe, Access.OBSERVE),
                token("d", admin, Access.ADMIN))));
    Client client = client(new HttpClientOptions());
    assertEquals(200, get(client, "/v2/health/ready").status());
    assertEquals("0", call(client, "ServerLive", live(), Optional.empty()).grpcStatus());
    Message list = RepositoryIndexRequest.getDefaultInstance();
    for (String nobody : List.of("", "Bearer nonsense", "Basic " + infer, infer)) {
      Optional<String> header = Optional.of(nobody).filter(text -> !text.isEmpty());
      Reply rest = rest(client, "GET", "/v2/models/fp32", header, Buffer.buffer());
      assertEquals(401, rest.status(), nobody);
      assertEquals("unauthenticated", rest.cause());
      assertEquals(401, rest(client, "GET", "/nowhere", header, Buffer.buffer()).status());
      Reply grpc = call(client, "RepositoryIndex", list, header);
      assertEquals("16", grpc.grpcStatus(), grpc::toString);
      assertEquals("unauthenticated", grpc.cause());
    }
    Message unload = RepositoryModelUnloadRequest.newBuilder().setModelName("nobody's").build();
    for (String secret : List.of(infer, load, observe, admin)) {
      Optional<String> header = Optional.of("bearer " + secret);
      assertEquals("0", call(client, "RepositoryIndex", list, header).grpcStatus());
      assertEquals(200, rest(client, "GET", "/v2", header, Buffer.buffer()).status());
      boolean all = secret.equals(admin);
      expect(all || secret.equals(infer), call(client, INFER, question(), header));
      expect(all || secret.equals(load), call(client, "RepositoryModelUnload", unload, header));
      expect(
          all || secret.equals(infer),
          rest(client, "POST", "/v2/models/fp32/infer", header, Buffer.buffer("{}")));
      expect(
          all || secret.equals(load),
          rest(client, "POST", "/v2/repository/models/n/unload", header, Buffer.buffer("{}")));
      expect(all || secret.equals(observe), explain(client, header));
    }
  }

  private Reply explain(Client client, Optional<String> header) throws Exception {
    return rest(client, "GET", "/explain/G0-1", header, Buffer.buffer());
  }

  private static void expect(boolean allowed, Reply reply) {
    assertEquals(
        !allowed,
        reply.status() == 403 || reply.grpcStatus().equals("7"),
        () -> allowed + ": " + reply);
    assertEquals(!allowed, reply.cause().equals("forbidden"), reply::toString);
  }

  @Test
  void aTokenOfATenantMakesRequestsOfThatTenantWhateverTheySay() throws Exception {
    open(
        DoorSafety.DEFAULT.with(
            tokens(new Token("shop", Set.of(Access.INFER), Optional.of("shop"), Token.hash("s")))));
    Client client = client(new HttpClientOptions());
    RequestOptions request =
        target(open.http().orElseThrow(), "/v2/models/fp32/infer")
            .setMethod(HttpMethod.POST)
            .putHeader("Authorization", "Bearer s")
            .putHeader("clockwork-tenant", "other")
            .putHeader("Inference-Header-Content-Length", "0");
    await(
        client
            .rest()
            .request(request)
            .compose(
                call -> call.send(Buffer.buffer(new byte[16])).compose(HttpClientResponse::body)));
    assertEquals("shop", cluster.asked.take().tenant());
    assertEquals("0", call(client, INFER, question(), Optional.of("Bearer s")).grpcStatus());
    assertEquals("shop", cluster.asked.take().tenant());
  }

  @Test
  void tokensThatChangeAreUsedFromThenOnAndBrokenOnesAreNot() throws Exception {
    Path file = tokens(token("a", "old", Access.INFER));
    open(DoorSafety.DEFAULT.with(file));
    Client client = client(new HttpClientOptions());
    Optional<String> old = Optional.of("Bearer old");
    Optional<String> fresh = Optional.of("Bearer new");
    assertEquals(200, rest(client, "GET", "/v2", old, Buffer.buffer()).status());
    assertEquals(401, rest(client, "GET", "/v2", fresh, Buffer.buffer()).status());
    tokens(token("a", "new", Access.INFER));
    line("New tokens in use: 1 token of " + file);
    assertEquals(401, rest(client, "GET", "/v2", old, Buffer.buffer()).status());
    assertEquals(200, rest(client, "GET", "/v2", fresh, Buffer.buffer()).status());
    Keys.replace(file, "{\"tokens\": [{\"name\": \"a\", \"roles\": [\"king\"]}]}");
    String broken = line("New tokens not used, those of before stay: ");
    assertTrue(
        broken.contains("'king', which is no role; there are infer, load, observe, admin"), broken);
    assertTrue(broken.contains("sha256"), broken);
    assertEquals(200, rest(client, "GET", "/v2", fresh, Buffer.buffer()).status());
  }

  @Test
  void doorsWithKeysOrTokensThatCannotBeUsedDoNotOpen() throws Exception {
    Path nothing = folder.resolve("nothing");
    for (DoorSafety safety :
        List.of(
            DoorSafety.DEFAULT.with(nothing),
            DoorSafety.DEFAULT.with(new PemFiles(nothing, nothing, Optional.empty())))) {
      Throwable cause = assertThrows(ExecutionException.class, () -> open(safety)).getCause();
      assertEquals(NoDoorException.class, cause.getClass());
      assertTrue(cause.getMessage().startsWith(nothing + " can't be read"), cause::getMessage);
    }
  }

  @Test
  void doorsThatOthersReachWithoutTokensAreWarnedOf() throws Exception {
    cluster.open(DoorsConfig.DEFAULT.on("0.0.0.0"), lines::add);
    assertTrue(line("WARNING: doors on 0.0.0.0 are in the clear").contains("--tokens"));
    open(DoorSafety.DEFAULT);
    line("Doors are in the clear, without tokens");
  }

  @Test
  void whoSaysNothingOrHalfOfAHeadIsShownOutWhileOthersAreServed() throws Exception {
    open(DoorSafety.DEFAULT.within(1, 2));
    // A connection each: on a slow machine one that is kept may be idle for as long, too.
    Client client = client(new HttpClientOptions().setKeepAlive(false));
    CompletableFuture<String> silent = ended(open.http().orElseThrow(), "");
    CompletableFuture<String> silentToo = ended(open.grpc().orElseThrow(), "");
    CompletableFuture<String> half = ended(open.http().orElseThrow(), "GET /v2 HTTP/1.1\r\nHos");
    for (CompletableFuture<String> each : List.of(silent, silentToo, half)) {
      while (!each.isDone()) {
        assertEquals(200, get(client, "/v2").status());
      }
      assertEquals("", each.get());
    }
  }

  @Test
  void whoSendsTooSlowlyIsToldAndShownOut() throws Exception {
    open(DoorSafety.DEFAULT.within(60, 1));
    String answer =
        ended(
                open.http().orElseThrow(),
                "POST /v2/models/fp32/infer HTTP/1.1\r\nContent-Length: 1000\r\n\r\nslow")
            .get(60, TimeUnit.SECONDS);
    assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
    assertTrue(answer.contains("\"cause\":\"too_slow\""), answer);
    Client client = client(new HttpClientOptions());
    Reply reply =
        await(
            client
                .grpc()
                .request(method(INFER))
                .compose(
                    call -> {
                      call.putHeader("content-type", "application/grpc").setChunked(true);
                      call.write(Buffer.buffer(new byte[] {0, 0, 0, 1, 0, 7, 7}));
                      return call.response().compose(DoorSafetyTest::reply);
                    }));
    assertEquals("4", reply.grpcStatus(), reply::toString);
    assertEquals("too_slow", reply.cause());
  }

  @Test
  void aMessageThatComesInPiecesIsTakenAndOneBeyondTheBudgetIsNotHeld() throws Exception {
    open =
        cluster.open(
            DoorsConfig.DEFAULT.with(new DoorLimits(1 << 20, 1 << 10, 1 << 20, 10)), lines::add);
    Client client = client(new HttpClientOptions());
    byte[] message = framed(question());
    assertEquals("0", pieces(client, message, message.length).grpcStatus());
    // Two messages of which each is within what one may have, and both are not.
    byte[] large = new byte[(700 << 10) + 5];
    large[2] = 0xA;
    large[3] = (byte) 0xF0;
    Future<Reply> first =
        client
            .grpc()
            .request(method(INFER))
            .compose(
                call -> {
                  call.putHeader("content-type", "application/grpc").setChunked(true);
                  call.write(Buffer.buffer(large).slice(0, large.length - 1000));
                  return call.response().compose(DoorSafetyTest::reply);
                });
    Reply second = pieces(client, large, large.length - 1000);
    assertFalse(first.isComplete() && second.grpcStatus().equals("0"));
    assertEquals("8", second.grpcStatus(), second::toString);
    assertEquals("queue", second.cause());
  }

  private Reply pieces(Client client, byte[] message, int bytes) throws Exception {
    return await(
        client
            .grpc()
            .request(method(INFER))
            .compose(
                call -> {
                  call.putHeader("content-type", "application/grpc").setChunked(true);
                  for (int at = 0; at < bytes; at += Math.max(1, bytes / 20)) {
                    int end = Math.min(bytes, at + Math.max(1, bytes / 20));
                    call.write(Buffer.buffer(message).slice(at, end));
                  }
                  if (bytes == message.length) {
                    call.end();
                  }
                  return call.response().compose(DoorSafetyTest::reply);
                }));
  }

  /** What comes until the server ends it. */
  private CompletableFuture<String> ended(int port, String sent) throws Exception {
    Buffer all = Buffer.buffer();
    CompletableFuture<String> ended = new CompletableFuture<>();
    await(
        cluster
            .vertx
            .createNetClient()
            .connect(port, "127.0.0.1")
            .onSuccess(
                socket -> { // On its event loop: what comes before anybody wants it is lost.
                  socket.handler(all::appendBuffer);
                  socket.exceptionHandler(_ -> {});
                  socket.closeHandler(_ -> ended.complete(all.toString()));
                  if (!sent.isEmpty()) {
                    socket.write(sent);
                  }
                }));
    return ended;
  }

  private String line(String beginning) throws InterruptedException {
    for (String line = lines.take(); ; line = lines.take()) {
      if (line.startsWith(beginning)) {
        return line;
      }
    }
  }

  private Path tokens(Token... tokens) throws IOException {
    Path file = folder.resolve("tokens.json");
    Keys.replace(
        file,
        List.of(tokens).stream()
            .map(TokensFile::line)
            .collect(Collectors.joining(",\n", "{\"tokens\": [", "]}")));
    return file;
  }

  private static Token token(String name, String secret, Access role) {
    return new Token(name, Set.of(role), Optional.empty(), Token.hash(secret));
  }

  /** Whom new connections to both doors meet. */
  private Set<String> shown(HttpClientOptions options) throws Exception {
    HttpClientAgent fresh = cluster.vertx.createHttpClient(new HttpClientOptions(options));
    HttpClientAgent fresh2 =
        cluster.vertx.createHttpClient(
            new HttpClientOptions(options).setUseAlpn(true).setProtocolVersion(HttpVersion.HTTP_2));
    try {
      String rest =
          await(
              fresh
                  .request(target(open.http().orElseThrow(), "/v2"))
                  .compose(call -> call.send().map(_ -> peer(call.connection()))));
      String grpc =
          await(
              fresh2
                  .request(method("ServerLive"))
                  .compose(
                      call ->
                          call.putHeader("content-type", "application/grpc")
                              .send(Buffer.buffer(framed(live())))
                              .map(_ -> peer(call.connection()))));
      return Set.copyOf(new java.util.HashSet<>(List.of(rest, grpc)));
    } finally {
      await(fresh.close());
      await(fresh2.close());
    }
  }

  private static String peer(io.vertx.core.http.HttpConnection connection) {
    try {
      return connection.sslSession().getPeerPrincipal().getName();
    } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
      throw new AssertionError(e);
    }
  }

  private static HttpClientOptions options(Keys keys, Optional<PemFiles> own) throws Exception {
    HttpClientOptions options =
        new HttpClientOptions()
            .setSsl(true)
            .setTrustOptions(new PemTrustOptions().addCertPath(keys.authority().toString()));
    own.ifPresent(
        files ->
            options.setKeyCertOptions(
                new PemKeyCertOptions()
                    .setKeyPath(files.key().toString())
                    .setCertPath(files.certificate().toString())));
    return options;
  }

  private Client client(HttpClientOptions options) {
    HttpClient first = cluster.vertx.createHttpClient(new HttpClientOptions(options));
    HttpClient second =
        cluster.vertx.createHttpClient(
            new HttpClientOptions(options)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setUseAlpn(options.isSsl())
                .setHttp2ClearTextUpgrade(false));
    return new Client(first, second);
  }

  private Reply get(Client client, String path) throws Exception {
    return rest(client, "GET", path, Optional.empty(), Buffer.buffer());
  }

  private Reply rest(
      Client client, String method, String path, Optional<String> authorization, Buffer body)
      throws Exception {
    RequestOptions request =
        target(open.http().orElseThrow(), path).setMethod(HttpMethod.valueOf(method));
    authorization.ifPresent(text -> request.putHeader("Authorization", text));
    return await(
        client
            .rest()
            .request(request)
            .compose(call -> call.send(body).compose(DoorSafetyTest::reply)));
  }

  private Reply call(Client client, String method, Message message, Optional<String> authorization)
      throws Exception {
    RequestOptions request = method(method).putHeader("content-type", "application/grpc");
    authorization.ifPresent(text -> request.putHeader("Authorization", text));
    return await(
        client
            .grpc()
            .request(request)
            .compose(
                call -> call.send(Buffer.buffer(framed(message))).compose(DoorSafetyTest::reply)));
  }

  private RequestOptions method(String name) {
    return target(open.grpc().orElseThrow(), "/inference.GRPCInferenceService/" + name)
        .setMethod(HttpMethod.POST);
  }

  private static RequestOptions target(int port, String path) {
    return new RequestOptions().setHost("127.0.0.1").setPort(port).setURI(path);
  }

  /**
   * To be called on the response's event loop: a body that comes before anybody wants it is lost.
   */
  private static Future<Reply> reply(HttpClientResponse response) {
    return response
        .body()
        .map(
            body -> {
              String status = text(response, "grpc-status");
              String cause = text(response, "clockwork-cause");
              if (cause.isEmpty() && status.isEmpty() && body.toString().startsWith("{")) {
                cause = body.toJsonObject().getString("cause", "");
              }
              return new Reply(response.statusCode(), status, cause, body.toString());
            });
  }

  private static String text(HttpClientResponse response, String name) {
    String header = response.getHeader(name);
    String text = header == null ? response.trailers().get(name) : header;
    return text == null ? "" : text;
  }

  private static byte[] framed(Message message) {
    byte[] bytes = message.toByteArray();
    return Buffer.buffer()
        .appendByte((byte) 0)
        .appendInt(bytes.length)
        .appendBytes(bytes)
        .getBytes();
  }

  private static Message live() {
    return ServerLiveRequest.getDefaultInstance();
  }

  private static Message question() {
    return GrpcInferences.question("fp32").build();
  }
}
