package org.clockwork.test.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.shareddata.Lock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.clockwork.launcher.cluster.Leadership;
import org.clockwork.launcher.cluster.Node;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One controller leads; when it goes, the next one does, with a greater term. */
class LeadershipTest {
  private final Nodes nodes = new Nodes();

  @AfterEach
  void leave() throws Exception {
    nodes.leave();
  }

  @Test
  void aStandbyLeadsWhenTheLeaderStepsBack() throws Exception {
    Leadership one = new Leadership(nodes.join());
    Leadership other = new Leadership(nodes.join());
    Lock lock = Nodes.await(one.awaited());
    Future<Lock> waiting = other.awaited();
    Nodes.await(other.term()); // The cluster has served others meanwhile.
    assertFalse(waiting.isComplete());
    lock.release();
    Nodes.await(waiting);
  }

  @Test
  void twoInOneProcessDoNotLeadTogether() throws Exception {
    Leadership leadership = new Leadership(nodes.join());
    Lock lock = Nodes.await(leadership.awaited());
    Future<Lock> second = leadership.awaited();
    Nodes.await(leadership.term());
    assertFalse(second.isComplete());
    lock.release();
    Nodes.await(second);
  }

  @Test
  void aStandbyLeadsWhenTheLeaderLeaves() throws Exception {
    Node goes = nodes.join();
    Leadership stays = new Leadership(nodes.join());
    Nodes.await(new Leadership(goes).awaited());
    Future<Lock> waiting = stays.awaited();
    Nodes.await(goes.leave());
    Nodes.await(waiting);
  }

  @Test
  void aStandbyLeadsWhenTheLeaderIsKilled() throws Exception {
    Node stays = nodes.join();
    try (ChildProcess child = ChildProcess.node(nodes.options().cluster(), "lead")) {
      child.awaitLine("leads ");
      Future<Lock> waiting = new Leadership(stays).awaited();
      Nodes.await(new Leadership(stays).term());
      assertFalse(waiting.isComplete());
      child.kill();
      Nodes.await(waiting);
    }
  }

  @Test
  void theWaitEndsWhenTheNodeLeaves() throws Exception {
    Node leads = nodes.join();
    Node goes = nodes.join();
    Nodes.await(new Leadership(leads).awaited());
    CompletableFuture<Lock> waiting =
        new Leadership(goes).awaited().toCompletionStage().toCompletableFuture();
    Nodes.await(goes.leave());
    Nodes.await(waiting.handle((_, cause) -> cause).thenAccept(cause -> assertTrue(cause != null)));
  }

  @Test
  void noTermIsGivenTwiceAndEachIsGreaterThanTheOneBefore() throws Exception {
    List<Leadership> both = List.of(new Leadership(nodes.join()), new Leadership(nodes.join()));
    long before = System.currentTimeMillis();
    List<Future<Long>> asked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      asked.add(both.get(i % 2).term());
    }
    List<Long> terms = new ArrayList<>();
    for (Future<Long> each : asked) {
      terms.add(Nodes.await(each));
    }
    assertEquals(terms.size(), new HashSet<>(terms).size(), terms::toString);
    long greatest = terms.stream().mapToLong(Long::longValue).max().orElseThrow();
    assertTrue(terms.stream().allMatch(term -> term >= before), terms::toString);
    assertTrue(Nodes.await(both.getFirst().term()) > greatest);
  }

  @Test
  void theTermOutlivesTheNodesThatTookIt() throws Exception {
    Node goes = nodes.join();
    Node stays = nodes.join();
    // So far ahead of the clock that only the kept one can be exceeded.
    long kept = System.currentTimeMillis() + 1_000_000_000;
    Nodes.await(
        goes.vertx()
            .sharedData()
            .<String, Long>getClusterWideMap("clockwork.controller")
            .compose(map -> map.put("term", kept)));
    Nodes.await(goes.leave());
    assertEquals(kept + 1, Nodes.await(new Leadership(stays).term()));
  }
}
