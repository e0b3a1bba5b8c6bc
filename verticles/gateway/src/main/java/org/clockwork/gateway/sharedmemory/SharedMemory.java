package org.clockwork.gateway.sharedmemory;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.clockwork.core.gateway.Shown;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.ComplaintException;

/**
 * The regions that clients have registered: one table for all doors of a gateway, since a client
 * may register by one and ask by another. Looked up often and changed seldom, so a change makes a
 * new table, and nobody waits for it.
 */
public final class SharedMemory {
  private final SharedMemoryConfig config;
  private final int requestBytesMax;
  private final AtomicReference<Map<String, Region>> regions = new AtomicReference<>(Map.of());

  /**
   * @param requestBytesMax copied for one request at most
   */
  public SharedMemory(SharedMemoryConfig config, int requestBytesMax) {
    this.config = config;
    this.requestBytesMax = requestBytesMax;
  }

  public boolean enabled() {
    return config.enabled();
  }

  /** What a request that came this way may speak of. */
  public SharedTensors tensors(HttpConnection client) {
    return tensors(local(client));
  }

  /**
   * @param local whether it came from this machine; others share no memory with it
   */
  public SharedTensors tensors(boolean local) {
    return new SharedTensors(this, local, requestBytesMax);
  }

  /** Maps a region; it is opened here, so this is for a thread that may wait. */
  public void register(HttpConnection client, RegionSpec spec) throws MalformedException {
    expectShared(local(client));
    Map<String, Region> before = regions.get();
    expectRoom(before, spec);
    Region region = Region.open(spec);
    while (!regions.compareAndSet(before, with(before, region))) {
      before = regions.get();
      try {
        expectRoom(before, spec);
      } catch (ComplaintException | MalformedException e) {
        region.close();
        throw e;
      }
    }
  }

  private void expectRoom(Map<String, Region> there, RegionSpec spec) throws MalformedException {
    if (there.containsKey(spec.name())) {
      throw new MalformedException(
          "region %s is registered already; unregister it first"
              .formatted(Shown.text(spec.name())));
    }
    long bytes = there.values().stream().mapToLong(region -> region.spec().bytes()).sum();
    if (there.size() >= config.maxRegions() || spec.bytes() > config.maxBytes() - bytes) {
      throw new ComplaintException(
          Complaint.unavailable(
              "%d regions with %d bytes are registered; maxSharedRegions=%d and maxSharedBytes=%d leave no room for %d bytes more; unregister some"
                  .formatted(
                      there.size(), bytes, config.maxRegions(), config.maxBytes(), spec.bytes())));
    }
  }

  private static Map<String, Region> with(Map<String, Region> before, Region region) {
    Map<String, Region> after = new TreeMap<>(before);
    after.put(region.spec().name(), region);
    return after;
  }

  /** No region of that name is no mistake: clients begin with it. */
  public void unregister(String name) {
    Map<String, Region> before;
    Map<String, Region> after;
    do {
      before = regions.get();
      after = new TreeMap<>(before);
      after.remove(name);
    } while (!regions.compareAndSet(before, after));
    Optional.ofNullable(before.get(name)).ifPresent(Region::close);
  }

  public void unregisterAll() {
    regions.getAndSet(Map.of()).values().forEach(Region::close);
  }

  /** All of them, by name. */
  public List<RegionSpec> status() {
    return regions.get().values().stream().map(Region::spec).toList();
  }

  public RegionSpec status(String name) {
    return find(name)
        .map(Region::spec)
        .orElseThrow(
            () ->
                new ComplaintException(
                    Complaint.of(Category.UNKNOWN, "unknown_region", noSuchRegion(name))));
  }

  Region region(String name) throws MalformedException {
    return find(name).orElseThrow(() -> new MalformedException(noSuchRegion(name)));
  }

  private Optional<Region> find(String name) {
    return Optional.ofNullable(regions.get().get(name));
  }

  private static String noSuchRegion(String name) {
    return "shared memory region %s is not registered".formatted(Shown.text(name));
  }

  /** CUDA's kind can't be had: its handle is good for one GPU, and who runs a request is open. */
  public static Complaint noCuda() {
    return Complaint.unsupported(
        "CUDA shared memory is not supported: a request may run on any GPU of any worker; use"
            + " system shared memory");
  }

  void expectShared(boolean local) {
    if (!config.enabled()) {
      throw new ComplaintException(
          Complaint.unsupported(
              "shared memory is switched off by sharedMemory in conf/gateway.json; send the data"));
    }
    if (!local) {
      throw new ComplaintException(
          Complaint.unsupported(
              "memory is shared with clients on the gateway's own machine alone; send the data"));
    }
  }

  /** Whoever is elsewhere has no memory here, and no business with that of others. */
  private static boolean local(HttpConnection client) {
    SocketAddress remote = client.remoteAddress();
    SocketAddress here = client.localAddress();
    // A connection that has ended has addresses no more.
    return remote != null && here != null && local(remote, here);
  }

  static boolean local(SocketAddress client, SocketAddress here) {
    return client.isDomainSocket()
        || client.hostAddress().equals(here.hostAddress())
        || InetAddress.ofLiteral(client.hostAddress()).isLoopbackAddress();
  }
}
