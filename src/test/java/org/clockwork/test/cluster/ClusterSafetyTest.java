package org.clockwork.test.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.map.IMap;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.clockwork.codecs.tls.Links;
import org.clockwork.codecs.tls.PemFiles;
import org.clockwork.launcher.cluster.ClusterSafety;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.test.security.Keys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is no node stays outside; and what nodes say to each other is for them alone. */
@Timeout(120)
class ClusterSafetyTest {
  private static final DeliveryOptions SOON = new DeliveryOptions().setSendTimeout(3_000);

  @TempDir Path folder;

  private final Nodes nodes = new Nodes();

  @AfterEach
  void leave() throws Exception {
    nodes.leave();
  }

  @Test
  void nodesOfOneAuthorityUnderstandEachOtherAndAStrangerIsNotHeard() throws Exception {
    Keys keys = Keys.in(folder);
    Node first = encrypted(keys.files("node-1", true));
    Node second = encrypted(keys.files("node-2", true));
    Nodes.awaitMembers(first, 2);
    answers(first);
    assertEquals("heard", ask(second).body());

    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Node stranger = encrypted(Keys.in(elsewhere).files("node-3", true));
    Node plain = nodes.join();
    Nodes.awaitMembers(first, 4);
    for (Node outside : new Node[] {stranger, plain}) {
      assertInstanceOf(
          ReplyException.class,
          assertThrows(ExecutionException.class, () -> ask(outside)).getCause());
    }
    assertEquals("heard", ask(second).body());
  }

  @Test
  void tensorSocketsAreEncryptedWithTheBusAndUseANewCertificateFromThenOn() throws Exception {
    Keys keys = Keys.in(folder);
    PemFiles files = keys.files("node-1", true);
    Node node = encrypted(files);
    NetServer server =
        Nodes.await(
            Links.server(node.vertx(), new NetServerOptions().setPort(0).setHost("127.0.0.1"))
                .connectHandler(_ -> {})
                .listen());
    NetClient client = Links.client(node.vertx(), new NetClientOptions());
    assertEquals("CN=node-1", peer(client, server));
    NetClient plain = node.vertx().createNetClient();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    NetSocket socket = Nodes.await(plain.connect(server.actualPort(), "127.0.0.1"));
    socket.closeHandler(_ -> closed.complete(null));
    socket.write("a head of a frame, in the clear");
    Nodes.await(closed);

    keys.issue("node-1-renewed", files);
    awaitLine("New certificate in use: CN=node-1-renewed");
    assertEquals("CN=node-1-renewed", peer(client, server));
    // The event bus as well: the next node meets it under its new name.
    Node next = encrypted(keys.files("node-2", true));
    Nodes.awaitMembers(node, 2);
    answers(node);
    assertEquals("heard", ask(next).body());
    Keys.replace(files.certificate(), "garbage");
    awaitLine("New certificate not used, the one of before stays (CN=node-1-renewed");
    assertEquals("CN=node-1-renewed", peer(client, server));
  }

  @Test
  void nodesOfAnotherSecretAreOfAnotherCluster() throws Exception {
    Node first = secret("first", "0123456789abcdef-one");
    Node same = secret("same", "0123456789abcdef-one\n");
    Nodes.awaitMembers(first, 2);
    Node other = secret("other", "0123456789abcdef-two");
    Node none = nodes.join();
    assertEquals(1, other.members().size());
    assertEquals(1, none.members().size());
    assertEquals(2, same.members().size());
  }

  @Test
  void aSecretThatIsShortOrMissingIsRefusedWithItsFile() throws Exception {
    Path shortOne = Files.writeString(folder.resolve("short"), "1234");
    for (Path file : new Path[] {shortOne, folder.resolve("missing")}) {
      Future<Node> joining =
          nodes.joining(
              nodes.options().with(new ClusterSafety(Optional.empty(), Optional.of(file))));
      Throwable cause =
          assertThrows(ExecutionException.class, () -> Nodes.await(joining)).getCause();
      assertInstanceOf(UnusableException.class, cause);
      assertTrue(cause.getMessage().contains("joinSecretFile " + file), cause::getMessage);
    }
  }

  @Test
  void whatIsNoneOfTheExpectedClassesIsNotMadeAnObject() throws Exception {
    Node node = nodes.join();
    IMap<String, Object> map =
        ((HazelcastClusterManager) ((VertxInternal) node.vertx()).clusterManager())
            .getHazelcastInstance()
            .getMap("clockwork.test");
    map.put("plain", 7L);
    assertEquals(7L, map.get("plain"));
    map.put("planted", new File("/etc/passwd"));
    String message = assertThrows(RuntimeException.class, () -> map.get("planted")).getMessage();
    assertTrue(message.contains("java.io.File"), message);
  }

  private Node encrypted(PemFiles files) throws Exception {
    return nodes.join(
        nodes.options().with(new ClusterSafety(Optional.of(files), Optional.empty())));
  }

  private Node secret(String name, String content) throws Exception {
    Path file = Files.writeString(folder.resolve(name), content);
    return nodes.join(nodes.options().with(new ClusterSafety(Optional.empty(), Optional.of(file))));
  }

  private static void answers(Node node) throws Exception {
    Nodes.await(
        node.vertx()
            .eventBus()
            .consumer("question", message -> message.reply("heard"))
            .completion());
  }

  private static Message<Object> ask(Node node) throws Exception {
    return Nodes.await(node.vertx().eventBus().request("question", "?", SOON));
  }

  /** Whom a client meets that connects now. */
  private static String peer(NetClient client, NetServer server) throws Exception {
    NetSocket socket = Nodes.await(client.connect(server.actualPort(), "127.0.0.1"));
    try {
      return socket.sslSession().getPeerPrincipal().getName();
    } finally {
      Nodes.await(socket.close());
    }
  }

  private void awaitLine(String beginning) throws Exception {
    Nodes.await(nodes.line(beginning));
  }
}
