package org.clockwork.test.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.random.RandomGenerator;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.action.Window;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.ClockOffset;
import org.clockwork.core.scheduler.GatewayClocks;
import org.clockwork.core.scheduler.WorkerClocks;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** One clock for all: the controller's. */
final class ClocksTest {
  private static final GatewayId GATEWAY = new GatewayId("g");
  private static final WorkerId WORKER = new WorkerId("w");

  @Test
  void aClockThatWasNeverHeardIsTakenForOurs() {
    ClockOffset offset = new ClockOffset();

    assertFalse(offset.known());
    assertEquals(0, offset.offsetNanos());
  }

  @Test
  void theQuickestExchangeIsBelieved() {
    ClockOffset offset = new ClockOffset();
    // The worker is 1,000 ahead; the second exchange is held up by 500 on its way back.
    offset.observe(0, 1_100, 1_150, 250);
    offset.observe(1_000, 2_100, 2_150, 1_750);

    assertEquals(1_000, offset.offsetNanos());
    assertEquals(100, offset.errorNanos());
    assertEquals(200, offset.roundTripNanos());
  }

  @Test
  void aDriftingClockIsFollowed() {
    ClockOffset offset = new ClockOffset();
    offset.observe(0, 1_010, 1_010, 20);
    for (int i = 0; i < 63; i++) {
      offset.observe(0, 2_100, 2_100, 250);
    }
    assertEquals(1_000, offset.offsetNanos(), "one of 64 is still the quickest");

    offset.observe(0, 2_100, 2_100, 200);
    assertEquals(2_000, offset.offsetNanos(), "then it is too old, and the next quickest counts");
    offset.observe(0, 2_100, 2_100, 300);
    assertEquals(2_000, offset.offsetNanos());
  }

  @Test
  void theTrueOffsetIsNeverFurtherOffThanTheErrorSays() {
    Seeds.each(
        1_000,
        seed -> {
          RandomGenerator chance = Seeds.random(seed);
          long ahead = chance.nextLong(-1_000_000, 1_000_001);
          ClockOffset offset = new ClockOffset();
          long now = 0;
          for (int i = 0; i < 200; i++) {
            long there = chance.nextLong(500_000);
            long worked = chance.nextLong(10_000_000);
            long back = chance.nextLong(500_000);
            long received = now + there + ahead;
            offset.observe(now, received, received + worked, now + there + worked + back);
            now += chance.nextLong(1_000_000);
            // Halves are rounded.
            assertTrue(Math.abs(offset.offsetNanos() - ahead) <= offset.errorNanos() + 1);
          }
        });
  }

  @Test
  void windowsLeaveInTheWorkersTimeWiderByTheError() {
    WorkerClocks clocks = heardOnce();

    Action.Load load = new Action.Load(new ActionId(1, 2), 0, new ModelId(0), new Window(500, 600));
    Action.Load seen = assertInstanceOf(Action.Load.class, clocks.leaving(WORKER, load, 500));

    assertEquals(new Window(1_500, 1_700), seen.window());
  }

  @Test
  void whatMayBeginAtAnyTimeStaysSo() {
    WorkerClocks clocks = heardOnce();
    Action.Unload unload = new Action.Unload(new ActionId(1, 2), 0, new ModelId(0), Window.ANY);

    assertEquals(unload, clocks.leaving(WORKER, unload, 500));
  }

  @Test
  void outcomesEnterInOurTime() {
    WorkerClocks clocks = heardOnce();

    Outcome entered =
        clocks.entering(
            WORKER,
            new Outcome.Loaded(
                new ActionId(1, 9), new Span(1_300, 1_400), new Outcome.Stamps(1_200, 1_400)),
            500);

    assertEquals(new Span(300, 400), ((Outcome.Loaded) entered).load());
    assertEquals(new Outcome.Stamps(200, 400), entered.stamps());
  }

  @Test
  void aWorkerThatLeftTakesItsClockWithIt() {
    WorkerClocks clocks = heardOnce();

    clocks.forget(WORKER);
    assertFalse(clocks.knows(WORKER));

    clocks.joined(WORKER, new NodeId("process"));
    assertFalse(clocks.of(WORKER).known());
  }

  @Test
  void aWorkerThatWasStartedAnewHasAnotherClock() {
    WorkerClocks clocks = heardOnce();

    clocks.joined(WORKER, new NodeId("process"));
    assertTrue(clocks.of(WORKER).known(), "it only said something new");

    clocks.joined(WORKER, new NodeId("the next process"));
    assertFalse(clocks.of(WORKER).known());
  }

  @Test
  void aClockThatWasAskedForIsKnownBeforeTheFirstAction() {
    WorkerClocks clocks = new WorkerClocks();
    clocks.joined(WORKER, new NodeId("process"));

    clocks.asked(WORKER, 0, 1_100, 200);

    assertEquals(1_000, clocks.of(WORKER).offsetNanos());
    assertEquals(100, clocks.of(WORKER).errorNanos());
  }

  @Test
  void whatAWorkerThatLeftStillSaysIsLeftAsItIs() {
    WorkerClocks clocks = heardOnce();
    clocks.forget(WORKER);
    Outcome late = new Outcome.Withdrawn(new ActionId(1, 9), new Outcome.Stamps(1_100, 1_150));

    assertEquals(late, clocks.entering(WORKER, late, 250));
    assertFalse(clocks.knows(WORKER));
  }

  @Test
  void aRequestEntersWithItsArrivalInTheControllersTime() {
    GatewayClocks clocks = new GatewayClocks();
    clocks.joined(GATEWAY, new NodeId("process"));
    assertEquals(700, clocks.entering(request(5_000), 700).arrivedNanos(), "not known yet");

    clocks.asked(GATEWAY, 0, 5_100, 200);

    assertEquals(500, clocks.entering(request(5_500), 700).arrivedNanos());
    assertEquals(700, clocks.entering(request(5_900), 700).arrivedNanos(), "never in the future");
    clocks.forget(GATEWAY);
    assertEquals(700, clocks.entering(request(5_500), 700).arrivedNanos());
  }

  private static Request request(long arrivedNanos) {
    return new Request(
        new RequestId(GATEWAY, 1),
        new ModelId(0),
        1,
        arrivedNanos,
        100,
        0,
        Request.DEFAULT_TENANT,
        0,
        new Input.Generated());
  }

  /** The worker is 1,000 ahead, and known to be so within 100. */
  private static WorkerClocks heardOnce() {
    WorkerClocks clocks = new WorkerClocks();
    clocks.joined(WORKER, new NodeId("process"));
    ActionId id = new ActionId(1, 1);
    clocks.leaving(WORKER, new Action.Withdraw(id, new ModelId(0)), 0);
    clocks.entering(WORKER, new Outcome.Withdrawn(id, new Outcome.Stamps(1_100, 1_150)), 250);
    return clocks;
  }
}
