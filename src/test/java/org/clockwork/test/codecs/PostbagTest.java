package org.clockwork.test.codecs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.clockwork.codecs.Codecs;
import org.clockwork.codecs.Postbag;
import org.clockwork.codecs.wire.Parcel;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.request.RequestId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What leaves an event loop in one turn goes together, in order, and comes out one by one. */
class PostbagTest {
  private static final GatewayId GATEWAY = new GatewayId("g");
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final BlockingQueue<Object> bodies = new LinkedBlockingQueue<>();
  private final BlockingQueue<RequestId> received = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() {
    Codecs.register(vertx.eventBus());
    vertx.eventBus().consumer("raw", message -> bodies.add(message.body()));
    Postbag.receive(vertx.eventBus(), "here", received::add);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void whatLeavesInOneTurnForOneAddressGoesTogether() throws Exception {
    send("raw", 3);
    Parcel parcel = (Parcel) next(bodies);
    assertEquals(List.of(id(0), id(1), id(2)), parcel.messages());
  }

  @Test
  void oneAloneGoesAsItIs() throws Exception {
    send("raw", 1);
    assertEquals(id(0), next(bodies));
  }

  @Test
  void aLongTurnMakesSeveralParcelsAndKeepsTheOrder() throws Exception {
    int count = 2 * Parcel.MESSAGES_MAX + 1;
    send("here", count);
    for (int i = 0; i < count; i++) {
      assertEquals(id(i), next(received));
    }
  }

  @Test
  void whatFollowsInALaterTurnIsAnotherParcel() throws Exception {
    CompletableFuture<Postbag> made = new CompletableFuture<>();
    loop.runOnContext(_ -> made.complete(new Postbag(vertx)));
    Postbag postbag = made.get(30, TimeUnit.SECONDS);
    loop.runOnContext(_ -> postbag.send("raw", id(0)));
    assertEquals(id(0), next(bodies));
    loop.runOnContext(_ -> postbag.send("raw", id(1)));
    assertEquals(id(1), next(bodies));
  }

  @Test
  void aMessageThatBreaksItsReceiverDoesNotCostTheOthersOfItsParcel() throws Exception {
    List<RequestId> heard = new ArrayList<>();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    loop.exceptionHandler(thrown::complete);
    loop.runOnContext(
        _ -> {
          Postbag.<RequestId>receive(
              vertx.eventBus(),
              "fragile",
              message -> {
                heard.add(message);
                if (message.number() == 0) {
                  throw new IllegalStateException("broken by the first");
                }
              });
          Postbag postbag = new Postbag(vertx);
          postbag.send("fragile", id(0));
          postbag.send("fragile", id(1));
        });
    assertEquals("broken by the first", thrown.get(30, TimeUnit.SECONDS).getMessage());
    assertEquals(List.of(id(0), id(1)), heard);
  }

  @Test
  void whatCannotBeSentKeepsNothingBackAndHasNothingSentTwice() throws Exception {
    loop.exceptionHandler(_ -> {});
    loop.runOnContext(
        _ -> {
          Postbag postbag = new Postbag(vertx);
          postbag.send("raw", id(0));
          postbag.send(null, id(1)); // There is no such address.
          postbag.send("here", id(2));
        });
    assertEquals(id(2), next(received));
    assertEquals(id(0), next(bodies));
    assertTrue(bodies.isEmpty(), bodies::toString);
  }

  @Test
  void aParcelIsNeitherEmptyNorWithoutBound() {
    assertThrows(IllegalArgumentException.class, () -> new Parcel(List.of()));
    List<Object> many = new ArrayList<>();
    for (int i = 0; i <= Parcel.MESSAGES_MAX; i++) {
      many.add(id(i));
    }
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Parcel(many)).getMessage();
    assertTrue(message.contains("" + many.size()), message);
  }

  private void send(String address, int count) {
    loop.runOnContext(
        _ -> {
          Postbag postbag = new Postbag(vertx);
          for (int i = 0; i < count; i++) {
            postbag.send(address, id(i));
          }
        });
  }

  private static RequestId id(int number) {
    return new RequestId(GATEWAY, number);
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(30, TimeUnit.SECONDS);
    assertTrue(next != null, "nothing came");
    return next;
  }
}
