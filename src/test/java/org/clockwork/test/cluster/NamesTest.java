package org.clockwork.test.cluster;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.launcher.cluster.Names;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.UnusableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A name belongs to one node at a time, for as long as that node is there. */
class NamesTest {
  /** Longer than any test waits: who gets the name then has not got it by patience alone. */
  private static final long FOR_EVER_MILLIS = 600_000;

  private final Nodes nodes = new Nodes();

  @AfterEach
  void leave() throws Exception {
    nodes.leave();
  }

  @Test
  void aNameThatAnotherNodeHasIsRefusedWithItsHolderAndTheRemedy() throws Exception {
    Node one = nodes.join();
    Node other = nodes.join();
    Nodes.await(new Names(one).claim("worker", "W0"));
    String message = refused(new Names(other, 1).claim("worker", "W0"));
    assertTrue(message.startsWith("worker id W0 is already used by node "), message);
    assertTrue(message.contains(one.id().value().substring(0, 4)), message);
    assertTrue(message.contains(one.address()) && message.contains("--id"), message);
  }

  @Test
  void otherIdsAndOtherKindsAreFree() throws Exception {
    Names one = new Names(nodes.join());
    Names other = new Names(nodes.join(), 1);
    Nodes.await(one.claim("worker", "W0"));
    Nodes.await(other.claim("worker", "W1"));
    Nodes.await(other.claim("gateway", "W0"));
  }

  @Test
  void oneProcessDoesNotTakeANameTwice() throws Exception {
    Names names = new Names(nodes.join());
    Nodes.await(names.claim("worker", "W0"));
    assertTrue(refused(names.claim("worker", "W0")).contains("this process"));
  }

  @Test
  void aNameIsFreeWhenItsHolderHasLeft() throws Exception {
    Node stays = nodes.join();
    Node goes = nodes.join();
    Nodes.await(new Names(goes).claim("worker", "W0"));
    Nodes.await(goes.leave());
    Nodes.await(new Names(stays, FOR_EVER_MILLIS).claim("worker", "W0"));
  }

  @Test
  void whoRestartsAKilledWorkerGetsItsNameAsSoonAsItsDeathIsNoticed() throws Exception {
    Node stays = nodes.join();
    try (ChildProcess child = ChildProcess.node(nodes.options().cluster(), "claim")) {
      NodeId holder = child.awaitLine("has it ");
      Nodes.awaitMembers(stays, 2);
      assertTrue(stays.members().contains(holder));
      Future<Void> claimed = new Names(stays, FOR_EVER_MILLIS).claim("worker", "W0");
      child.kill();
      Nodes.await(claimed);
    }
  }

  private static String refused(Future<Void> claim) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> Nodes.await(claim));
    return assertInstanceOf(UnusableException.class, thrown.getCause()).getMessage();
  }
}
