package org.clockwork.test.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.clockwork.controller.usage.TenantUsage;
import org.clockwork.controller.usage.TenantUsage.Ending;
import org.clockwork.controller.usage.Usage;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.action.Window;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.telemetry.Telemetry.ActionType;
import org.clockwork.core.telemetry.Telemetry.Prediction;
import org.clockwork.core.telemetry.Telemetry.Result;
import org.junit.jupiter.api.Test;

/** What tenants are told to have had. */
class UsageTest {
  private static final long MILLIS = 1_000_000;
  private static final GpuId GPU = new GpuId(new WorkerId("W0"), 0);
  private static final ModelId MODEL = new ModelId(3);
  private static final Outcome.Stamps STAMPS = new Outcome.Stamps(0, 0);

  private final List<String> opened = new ArrayList<>();
  private final Usage usage = new Usage(3, account -> opened.add(account.tenant()));
  private int actions;

  @Test
  void eachRequestCountsForItsTenantByHowItEnded() {
    ended("shop", 1, 2, new Result.Succeeded(4, MILLIS), 10 * MILLIS, false);
    ended("shop", 2, 3, new Result.Succeeded(4, MILLIS), 101 * MILLIS, true);
    ended("shop", 3, 1, new Result.Refused(RefusalCause.QUEUE, "", 0), 1, false);
    ended("shop", 4, 1, new Result.TimedOut(), 1, false);
    ended("shop", 5, 1, new Result.Cancelled(), 1, false);
    ended("shop", 6, 1, new Result.Failed(ErrorCode.RUNTIME_ERROR, ""), 1, true);
    ended("mail", 7, 1, new Result.TimedOut(), 1, false);
    TenantUsage shop = of("shop");
    assertEquals(6, shop.requests());
    assertEquals(5, shop.rows());
    assertEquals(2, shop.coldStarts());
    for (Ending ending : Ending.values()) {
      assertEquals(1, shop.requests(ending), ending::name);
    }
    assertEquals(1, of("mail").requests());
    assertEquals(0, of("mail").rows());
  }

  @Test
  void aBatchIsPaidForByRowsPaddingIncluded() {
    ActionId batch = sent(part(1, 1), part(2, 2));
    ran(batch, 6 * MILLIS);
    ended("shop", 1, 1, new Result.Succeeded(4, 6 * MILLIS), 10 * MILLIS, false);
    ended("mail", 2, 2, new Result.Succeeded(4, 6 * MILLIS), 10 * MILLIS, false);
    assertEquals(0.002, of("shop").execSeconds(), 1e-12);
    assertEquals(0.004, of("mail").execSeconds(), 1e-12);
  }

  @Test
  void whoGivesUpWhileItRunsPaysAllTheSame() {
    ActionId batch = sent(part(1, 1), part(2, 1));
    ended("shop", 1, 1, new Result.Cancelled(), MILLIS, false);
    assertEquals(0, of("shop").execSeconds());
    ran(batch, 6 * MILLIS);
    ended("mail", 2, 1, new Result.Succeeded(2, 6 * MILLIS), 10 * MILLIS, false);
    assertEquals(0.003, of("shop").execSeconds(), 1e-12);
    assertEquals(0.003, of("mail").execSeconds(), 1e-12);
  }

  @Test
  void whatAWorkerRefusedIsPaidForByNobodyAndWhatRanInsteadOnce() {
    ActionId late = sent(part(1, 1));
    ended(late, new Outcome.Refused(late, ErrorCode.EXEC_TOO_LATE, "", STAMPS));
    ActionId again = sent(part(1, 1));
    ran(again, 4 * MILLIS);
    ended("shop", 1, 1, new Result.Succeeded(1, 4 * MILLIS), 10 * MILLIS, false);
    assertEquals(0.004, of("shop").execSeconds(), 1e-12);
  }

  @Test
  void tenantsBeyondTheBoundShareOneAccountAndNoFigureEverFalls() {
    for (String tenant : List.of("a", "b", "c", "d", "c", "a")) {
      ended(tenant, 1, 1, new Result.TimedOut(), 1, false);
    }
    assertEquals(List.of(Request.DEFAULT_TENANT, "a", "b", Usage.OTHERS), opened);
    assertEquals(2, of("a").requests());
    assertEquals(3, of(Usage.OTHERS).requests());
  }

  @Test
  void batchesWhoseOutcomeNeverComesAreForgotten() {
    ActionId lost = sent(part(1, 1));
    for (int i = 0; i < 10_000; i++) {
      sent(part(2 + i, 1));
    }
    ended("shop", 1, 1, new Result.Succeeded(1, MILLIS), MILLIS, false);
    ran(lost, 6 * MILLIS);
    assertEquals(0, of("shop").execSeconds());
  }

  @Test
  void aBoundOfNoneIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Usage(0, _ -> {}));
  }

  private TenantUsage of(String tenant) {
    return usage.tenants().stream()
        .filter(account -> account.tenant().equals(tenant))
        .findFirst()
        .orElseThrow();
  }

  private static Action.Part part(int request, int rows) {
    return new Action.Part(id(request), rows, new Input.Generated());
  }

  private ActionId sent(Action.Part... parts) {
    ActionId id = new ActionId(1, ++actions);
    Action.Infer infer = new Action.Infer(id, 0, MODEL, 4, Arrays.asList(parts), Window.ANY);
    usage.accept(new Telemetry.ActionSent(0, GPU, infer, new Prediction(0, 0, 0)));
    return id;
  }

  private void ran(ActionId batch, long execNanos) {
    Span none = new Span(0, 0);
    ended(batch, new Outcome.Inferred(batch, none, new Span(0, execNanos), none, STAMPS));
  }

  private void ended(ActionId batch, Outcome outcome) {
    assertEquals(batch, outcome.action());
    usage.accept(
        new Telemetry.ActionEnded(
            0, ActionType.INFER, GPU, MODEL, 4, new Prediction(0, 0, 0), outcome, 1, 0, 1));
  }

  private void ended(
      String tenant, int number, int rows, Result result, long latencyNanos, boolean cold) {
    Request request =
        new Request(id(number), MODEL, rows, 0, 100 * MILLIS, 0, tenant, 0, new Input.Generated());
    usage.accept(new Telemetry.RequestEnded(latencyNanos, request, result, 1, 1, cold));
  }

  private static RequestId id(int number) {
    return new RequestId(new GatewayId("G0"), number);
  }
}
