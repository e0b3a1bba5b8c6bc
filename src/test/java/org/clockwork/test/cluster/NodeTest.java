package org.clockwork.test.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.launcher.cluster.ClusterOptions;
import org.clockwork.launcher.cluster.LocalAddresses;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.UnusableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes find each other, tell each other's clusters apart, and hear who has gone. */
class NodeTest {
  /** Kept for documentation (RFC 5737): no machine has it. */
  private static final String NOBODYS = "192.0.2.7";

  @TempDir Path folder;

  private final Nodes nodes = new Nodes();

  @AfterEach
  void leave() throws Exception {
    nodes.leave();
  }

  @Test
  void nodesThatStartInTheSameMomentMeet() throws Exception {
    List<Future<Node>> joining =
        List.of(
            nodes.joining(nodes.options()),
            nodes.joining(nodes.options()),
            nodes.joining(nodes.options()));
    for (Future<Node> each : joining) {
      Nodes.awaitMembers(Nodes.await(each), 3);
    }
  }

  @Test
  void theEventBusReachesOtherNodes() throws Exception {
    assertEquals("heard", Nodes.await(echoed(nodes.join(), nodes.join(), "heard")));
  }

  @Test
  void coresTypesCanBeSentFromTheFirstMomentOn() throws Exception {
    Node node = nodes.join();
    assertEquals(new WorkerId("W7"), Nodes.await(echoed(node, node, new WorkerId("W7"))));
  }

  @Test
  void clustersOfOtherNamesStayApartAndEachNodeFindsItsOwn() throws Exception {
    Node stranger = nodes.join(nodes.optionsOfAnotherCluster());
    Node first = nodes.join();
    Node second = nodes.join();
    assertEquals(Set.of(first.id(), second.id()), second.members());
    assertEquals(Set.of(stranger.id()), stranger.members());
  }

  @Test
  void aNewcomerFindsTheClusterWhenItsFirstNodesHaveGone() throws Exception {
    Node first = nodes.join();
    Node second = nodes.join();
    Node third = nodes.join();
    Nodes.await(first.leave());
    Nodes.await(second.leave());
    Node newcomer = nodes.join();
    assertEquals(Set.of(third.id(), newcomer.id()), newcomer.members());
  }

  @Test
  void aNodeAtThePublishedPortIsFoundWithoutBeingNamed() throws Exception {
    Node published = nodes.join(nodes.options().fromPort(12_345));
    assertTrue(published.port() >= 12_345, published::address);
    Node usual = nodes.join();
    assertEquals(Set.of(published.id(), usual.id()), usual.members());
  }

  @Test
  void aNodeAtAnyPortFindsThoseAtTheUsualOnesAndIsFoundByItsAddress() throws Exception {
    Node usual = nodes.join();
    Node odd = nodes.join(nodes.options().fromPort(23_456));
    assertEquals(Set.of(usual.id(), odd.id()), odd.members());
    Nodes.await(usual.leave());
    Node told = nodes.join(nodes.options().joining(List.of(odd.address())));
    assertEquals(Set.of(odd.id(), told.id()), told.members());
  }

  @Test
  void whoJoinsAndLeavesInGoodOrderIsHeardOf() throws Exception {
    Node stays = nodes.join();
    CompletableFuture<NodeId> joined = new CompletableFuture<>();
    CompletableFuture<NodeId> left = new CompletableFuture<>();
    stays.onMemberJoined(joined::complete);
    stays.onMemberLeft(left::complete);
    Node goes = nodes.join();
    NodeId id = goes.id();
    assertEquals(id, Nodes.await(joined));
    Nodes.await(goes.leave());
    assertEquals(id, Nodes.await(left));
    assertEquals(Set.of(stays.id()), stays.members());
    assertEquals(Set.of(), goes.members());
  }

  @Test
  void aKilledProcessIsHeardOf() throws Exception {
    Node stays = nodes.join();
    CompletableFuture<NodeId> left = new CompletableFuture<>();
    stays.onMemberLeft(left::complete);
    try (ChildProcess child = ChildProcess.node(nodes.options().cluster(), "join")) {
      NodeId id = child.awaitLine("joined ");
      Nodes.awaitMembers(stays, 2);
      child.kill();
      assertEquals(id, Nodes.await(left));
    }
  }

  @Test
  void aNodeThatComesBackIsAnother() throws Exception {
    nodes.join();
    Node before = nodes.join();
    NodeId id = before.id();
    Nodes.await(before.leave());
    assertNotEquals(id, nodes.join().id());
  }

  @Test
  void leavingTwiceIsLeavingOnce() throws Exception {
    Node node = nodes.join();
    Future<Void> left = node.leave();
    Nodes.await(node.leave());
    assertTrue(left.succeeded());
  }

  @Test
  void theOperatorIsToldWhereTheNodeIsAndHowManyThereAre() throws Exception {
    Node one = nodes.join();
    assertEquals(
        "Cluster %s: node %s… on 127.0.0.1:%d, 1 member"
            .formatted(nodes.options().cluster(), one.id().value().substring(0, 4), one.port()),
        nodes.lines().getFirst());
    assertEquals(1, nodes.lines().size(), nodes.lines()::toString);
    Node other = nodes.join();
    assertTrue(
        nodes
            .lines()
            .contains(
                "Cluster %s: node %s… on %s, 2 members"
                    .formatted(
                        nodes.options().cluster(),
                        other.id().value().substring(0, 4),
                        other.address())),
        nodes.lines()::toString);
  }

  @Test
  void aMemberThatDoesNotAnswerIsNamedToTheOperator() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      closed = socket.getLocalPort();
    }
    nodes.join(nodes.options().joining(List.of("127.0.0.1:" + closed)));
    assertTrue(
        nodes.lines().stream()
            .anyMatch(
                line ->
                    line.contains("no node answered at 127.0.0.1:" + closed)
                        && line.contains("--host")),
        nodes.lines()::toString);
  }

  @Test
  void anAddressThatIsNotOfThisMachineIsRefusedWithThoseThatAre() {
    String message = refused(nodes.options().listeningOn(NOBODYS));
    assertTrue(message.startsWith("--host " + NOBODYS + " is no address of this machine"), message);
    LocalAddresses.all().forEach(address -> assertTrue(message.contains(address), message));
  }

  @Test
  void aMemberElsewhereNeedsAHostThatItCanReach() {
    String message = refused(nodes.options().joining(List.of(NOBODYS + ":12345")));
    assertTrue(message.contains(NOBODYS + ":12345") && message.contains("--host"), message);
  }

  @Test
  void whereEveryPortIsTakenTheRangeIsNamed() throws Exception {
    Path settings = folder.resolve("cluster.xml");
    Files.writeString(
        settings,
        Files.readString(Path.of(ChildProcess.ROOT, "conf", "cluster.xml"))
            .replace("port-count=\"100\"", "port-count=\"1\""));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      String message = refused(nodes.options().with(settings).fromPort(taken.getLocalPort()));
      assertTrue(message.contains("no port from " + taken.getLocalPort()), message);
      assertTrue(message.contains("--cluster-port"), message);
    }
  }

  @Test
  void aBrokenSettingsFileIsNamedWithWhatIsWrong() throws Exception {
    Path settings = folder.resolve("cluster.xml");
    Files.writeString(
        settings,
        Files.readString(Path.of(ChildProcess.ROOT, "conf", "cluster.xml"))
            .replace("<tcp-ip ", "<tcp-pi "));
    String message = refused(nodes.options().with(settings));
    assertTrue(message.contains(settings.toString()) && message.contains("tcp-pi"), message);
  }

  @Test
  void theWayToLoopbackIsLoopback() {
    assertEquals("127.0.0.1", LocalAddresses.routeTo("127.0.0.1"));
  }

  /** What comes back when one node sends a message to another that answers with the same. */
  private static <T> Future<T> echoed(Node answers, Node asks, T body) {
    return answers
        .vertx()
        .eventBus()
        .consumer("echo", (Message<T> message) -> message.reply(message.body()))
        .completion()
        .compose(_ -> asks.vertx().eventBus().<T>request("echo", body))
        .map(Message::body);
  }

  private String refused(ClusterOptions options) {
    ExecutionException thrown =
        assertThrows(ExecutionException.class, () -> Nodes.await(nodes.joining(options)));
    return assertInstanceOf(UnusableException.class, thrown.getCause()).getMessage();
  }
}
