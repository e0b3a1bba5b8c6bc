package org.clockwork.launcher.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.clockwork.codecs.Codecs;
import org.clockwork.codecs.FileWatch;
import org.clockwork.codecs.Traffic;
import org.clockwork.codecs.tls.Links;
import org.clockwork.codecs.tls.Tls;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.launcher.config.UnusableException;

/**
 * This process as a member of the cluster: its event bus reaches all others, and it hears who joins
 * and who leaves. It uses one address, the options' host, for everything.
 */
public final class Node {
  private final ClusterOptions options;
  private final Vertx vertx;
  private final HazelcastClusterManager manager;
  private final Consumer<String> lines;
  private final Traffic traffic;
  private final List<MemberWatch> watches = new CopyOnWriteArrayList<>();
  private final AtomicBoolean reachTold = new AtomicBoolean();
  private final AtomicBoolean leaving = new AtomicBoolean();
  private final Promise<Void> left = Promise.promise();
  private Optional<FileWatch> keys = Optional.empty();

  private Node(
      ClusterOptions options,
      Vertx vertx,
      HazelcastClusterManager manager,
      Consumer<String> lines) {
    this.options = options;
    this.vertx = vertx;
    this.manager = manager;
    this.lines = lines;
    // Several roles may be deployed on one Vert.x, which takes each codec once.
    this.traffic =
        vertx
            .sharedData()
            .<String, Traffic>getLocalMap("clockwork")
            .computeIfAbsent("traffic", _ -> Codecs.register(vertx.eventBus()));
  }

  /**
   * Joins the cluster of that name, or begins it. Fails with an {@link UnusableException} where the
   * options can't be met.
   *
   * @param base everything about Vert.x that has nothing to do with the cluster
   * @param lines gets what an operator should know, now and whenever members come and go; called on
   *     an event loop, so it must not block
   */
  public static Future<Node> join(
      ClusterOptions options, VertxOptions base, Consumer<String> lines) {
    Settings settings;
    Optional<Tls> tls;
    try {
      settings = Settings.of(options);
      tls = options.safety().open();
    } catch (UnusableException e) {
      return Future.failedFuture(e);
    }
    HazelcastClusterManager manager = new HazelcastClusterManager(settings.config());
    return Vertx.builder()
        .with(clustered(base, settings.config(), tls))
        .withClusterManager(manager)
        .buildClustered()
        .map(
            vertx -> {
              Node node = new Node(options, vertx, manager, lines);
              tls.ifPresent(node::encrypt);
              return node.begun(settings.members());
            });
  }

  /**
   * The process as a member, where somebody else has made its Vert.x and joined.
   *
   * @throws UnusableException no cluster, or none of Hazelcast's
   */
  public static Node of(Vertx vertx, Consumer<String> lines) {
    if (!(vertx instanceof VertxInternal made
        && made.clusterManager() instanceof HazelcastClusterManager manager)) {
      throw new UnusableException(
          "this Vert.x is not in a cluster of Hazelcast; deploy with -cluster, or make it with a"
              + " HazelcastClusterManager");
    }
    Config config = manager.getHazelcastInstance().getConfig();
    String host =
        manager.getHazelcastInstance().getCluster().getLocalMember().getAddress().getHost();
    ClusterOptions options =
        ClusterOptions.DEFAULT
            .named(config.getClusterName())
            .listeningOn(host)
            .with(ClusterSafety.read(Path.of(System.getProperty("clockwork.root", "."), "conf")));
    Node node = new Node(options, vertx, manager, lines);
    options.safety().open().ifPresent(node::encrypt);
    return node.begun(List.of());
  }

  public Vertx vertx() {
    return vertx;
  }

  /** What has passed between this node and others on the event bus. */
  public Traffic traffic() {
    return traffic;
  }

  /** Names this process in the cluster until it ends; one that comes back has another. */
  public NodeId id() {
    return new NodeId(manager.getNodeId());
  }

  /** All that are in the cluster now, this one included; none once this one has left. */
  public Set<NodeId> members() {
    Set<NodeId> members = new LinkedHashSet<>();
    try {
      manager.getNodes().forEach(id -> members.add(new NodeId(id)));
    } catch (HazelcastInstanceNotActiveException _) {
      // It has left.
    }
    return members;
  }

  /** The address and the port that other nodes reach this one by. */
  public String address() {
    return addressOf(hazelcast().getCluster().getLocalMember());
  }

  /** The cluster port that this node listens on. */
  public int port() {
    return hazelcast().getCluster().getLocalMember().getAddress().getPort();
  }

  /** The address that everything of this node listens on. */
  public String host() {
    return hazelcast().getCluster().getLocalMember().getAddress().getHost();
  }

  /**
   * Says to an operator where this node listens, who reaches it there, and how to change that; once
   * for all roles of the node.
   */
  public void tellReach() {
    if (!reachTold.getAndSet(true)) {
      lines.accept(reach());
    }
  }

  private String reach() {
    if (!LocalAddresses.own(host()).isLoopbackAddress()) {
      return "Cluster port %s. %s".formatted(address(), options.safety().described());
    }
    List<String> others =
        LocalAddresses.all().stream().filter(each -> !each.startsWith("127.")).toList();
    return "Cluster port %s: this machine alone reaches it; --host ADDRESS%s opens it to a network"
        .formatted(
            address(), others.isEmpty() ? "" : " (here %s)".formatted(String.join(", ", others)));
  }

  /**
   * Has a listener hear of each member that leaves from now on, whether in good order, killed or
   * hung; on the context that this is called from.
   */
  public void onMemberLeft(Consumer<NodeId> listener) {
    watch(_ -> {}, listener);
  }

  /** The same for each member that joins. */
  public void onMemberJoined(Consumer<NodeId> listener) {
    watch(listener, _ -> {});
  }

  /**
   * Leaves in good order: undeploys what is deployed, hands over what this node keeps for the
   * cluster, closes Vert.x. Hazelcast has no shutdown hook of its own here: whoever ends the
   * process calls this first, and what the others see is a departure and not a death.
   */
  public Future<Void> leave() {
    if (leaving.compareAndSet(false, true)) {
      keys.ifPresent(FileWatch::close);
      vertx.close().onComplete(left);
    }
    return left.future();
  }

  /** For an operator: {@code node 3f2a… on 127.0.0.1:5701}. */
  String described(NodeId node) {
    return hazelcast().getCluster().getMembers().stream()
        .filter(member -> idOf(member).equals(node.value()))
        .findFirst()
        .map(member -> "node %s on %s".formatted(brief(node), addressOf(member)))
        .orElseGet(() -> "node " + brief(node));
  }

  HazelcastInstance hazelcast() {
    return manager.getHazelcastInstance();
  }

  MemberWatch watch(Consumer<NodeId> joined, Consumer<NodeId> gone) {
    MemberWatch watch = new MemberWatch(vertx.getOrCreateContext(), this::members, joined, gone);
    watches.add(watch);
    watch.changed(); // Whatever changed before it was in the list.
    return watch;
  }

  void unwatch(MemberWatch watch) {
    watches.remove(watch);
  }

  /** Tensor sockets as the event bus; and keys that change are used from then on. */
  private void encrypt(Tls tls) {
    Links.encrypt(vertx, tls);
    BusSockets.renew(vertx, tls);
    lines.accept(
        "Cluster %s: event bus and tensor sockets are encrypted as %s"
            .formatted(options.cluster(), tls.described()));
    try {
      keys = Optional.of(FileWatch.of(tls.files().all(), () -> tls.reload(lines)));
    } catch (IOException e) {
      lines.accept("New certificates of clusterTls are seen after a restart alone: " + e);
    }
  }

  private Node begun(List<String> wanted) {
    hazelcast().getCluster().addMembershipListener(new Changes());
    hazelcast().getLifecycleService().addLifecycleListener(this::merged);
    lines.accept("Cluster %s: %s, %s".formatted(options.cluster(), described(id()), count()));
    if (members().size() == 1 && !wanted.isEmpty()) {
      lines.accept(
          "Cluster %s: no node answered at %s; a node elsewhere must be started with --host, and with --cluster %s"
                  .formatted(options.cluster(), String.join(", ", wanted), options.cluster())
              + " unless that is its default");
    }
    watch(node -> tell(described(node) + " joined"), node -> tell("node " + brief(node) + " left"));
    return this;
  }

  private void tell(String what) {
    if (!leaving.get()) {
      lines.accept("Cluster %s: %s, %s".formatted(options.cluster(), what, count()));
    }
  }

  private String count() {
    int members = members().size();
    return members == 1 ? "1 member" : members + " members";
  }

  private void merged(LifecycleEvent event) {
    if (event.getState() == LifecycleState.MERGED) {
      watches.forEach(MemberWatch::changed);
    }
  }

  private static VertxOptions clustered(VertxOptions base, Config config, Optional<Tls> tls) {
    String host = config.getNetworkConfig().getInterfaces().getInterfaces().iterator().next();
    EventBusOptions eventBus =
        new EventBusOptions(base.getEventBusOptions())
            .setHost(host)
            .setPort(0)
            .setClusterPublicHost(host);
    tls.ifPresent(encryption -> encryption.over(eventBus));
    return new VertxOptions(base).setPreferNativeTransport(true).setEventBusOptions(eventBus);
  }

  private static String addressOf(Member member) {
    return member.getAddress().getHost() + ":" + member.getAddress().getPort();
  }

  /** What Vert.x calls the member: the attribute that its cluster manager gives it. */
  private static String idOf(Member member) {
    return String.valueOf(member.getAttribute("__vertx.nodeId"));
  }

  private static String brief(NodeId node) {
    return node.value().substring(0, Math.min(4, node.value().length())) + "…";
  }

  /** Both kinds of change are found out by comparison. */
  private final class Changes implements MembershipListener {
    @Override
    public void memberAdded(MembershipEvent event) {
      watches.forEach(MemberWatch::changed);
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
      watches.forEach(MemberWatch::changed);
    }
  }
}
