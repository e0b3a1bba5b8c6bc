package org.clockwork.test.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.clockwork.client.Payloads;
import org.clockwork.core.trace.Traces;
import org.clockwork.core.workload.Measured;
import org.clockwork.scripts.Arguments;
import org.clockwork.scripts.Grant;
import org.clockwork.scripts.Language;
import org.clockwork.scripts.Script;
import org.clockwork.scripts.ScriptException;
import org.clockwork.scripts.ScriptPlan;
import org.clockwork.scripts.ScriptReport;
import org.clockwork.scripts.ScriptVerticle;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Scripts in their verticles: real time, threads of their own. */
@Timeout(120)
@ExtendWith(VertxExtension.class)
class ScriptVerticleTest {
  private static final long MILLIS = 1_000_000;

  private static final String STEADY =
      """
      const { load, everyMillis, infer } = clockwork;
      const [name] = load('resnet50_v2');
      everyMillis(2, () => infer(name));
      """;

  private final List<String> lines = new CopyOnWriteArrayList<>();

  @Test
  void aScriptsReportIsThatOfAnyLoadAndWhatItSaysItself(Vertx vertx) throws Exception {
    ScriptVerticle script =
        script("a.js", STEADY + "clockwork.report('who', 'me'); clockwork.report('n', 1.5);", 500);
    await(vertx.deployVerticle(script));
    ScriptReport report = await(script.report());
    assertEquals("a.js", report.load().workload());
    assertEquals(249, report.load().totals().offered());
    assertEquals(249, report.load().totals().met());
    assertEquals(249, report.load().generatorLateness().count());
    assertEquals(500 * MILLIS, report.load().durationNanos());
    JsonObject json = report.json();
    assertEquals(new JsonObject().put("who", "me").put("n", 1.5), json.getJsonObject("reported"));
    assertEquals(0, json.getInteger("unanswered"));
    assertTrue(report.text().endsWith("\nReported who=me\nReported n=1.5"), report.text());
  }

  @Test
  void undeployingEndsTheLoadAndWaitsForWhatIsOutstanding(Vertx vertx) throws Exception {
    ServingAll inferences = ServingAll.holding();
    ScriptVerticle script =
        new ScriptVerticle(
            plan(
                "a.js",
                "const [n] = clockwork.load('m', 1);\nfor (let i = 0; i < 20; i++) clockwork.infer(n);",
                0,
                Set.of()),
            inferences,
            lines::add,
            lines::add);
    String id = await(vertx.deployVerticle(script));
    await(inferences.asked(20));
    Future<Void> undeployed = vertx.undeploy(id);
    assertFalse(script.report().isComplete());
    inferences.letGo();
    await(undeployed);
    assertEquals(20, await(script.report()).load().totals().succeeded());
  }

  @Test
  void aMistakeFailsTheDeploymentAndSoDoesAModelThatCantBeServed(Vertx vertx) {
    assertEquals(
        "a.js:2: Error: load('missing'): model 'missing' can't be served: no worker has it",
        failure(vertx.deployVerticle(script("a.js", "\nclockwork.load('missing');", 100)))
            .getMessage());
  }

  @Test
  void oneThatIsGivenUpBeforeItHasBegunIsNotAwaited(Vertx vertx) throws Exception {
    ScriptVerticle script = script("a.js", "const [name] = clockwork.load('resnet50_v2');", 100);
    script.giveUp();
    assertEquals("stopped before it began", cause(vertx.deployVerticle(script)).getMessage());
  }

  @Test
  void whileOneLoopsForEverTheOtherMeetsAll(Vertx vertx) throws Exception {
    ScriptVerticle loops =
        script("loops.js", STEADY + "clockwork.afterMillis(20, () => {\n  for (;;) {}\n});", 9_000);
    ScriptVerticle steady = script("steady.js", STEADY, 4_000);
    await(vertx.deployVerticle(loops));
    await(vertx.deployVerticle(steady));
    ScriptReport report = await(steady.report());
    String stopped = failure(loops.report()).getMessage();
    assertTrue(stopped.startsWith("loops.js:5: the script ran for more than 4 s"), stopped);
    assertEquals(1_999, report.load().totals().offered());
    assertEquals(1_999, report.load().totals().met());
  }

  @Test
  void oneThatCannotBeStoppedIsGivenUpAndTheOtherMeetsAll(Vertx vertx) throws Exception {
    // Operations of the interpreter that take seconds each, during which it never looks up.
    ScriptVerticle lost = script("lost.js", "for (;;) 3n ** 30000000n;", 9_000);
    ScriptVerticle steady = script("steady.js", STEADY, 6_000);
    Future<String> losing = vertx.deployVerticle(lost);
    await(vertx.deployVerticle(steady));
    assertEquals(2_999, await(steady.report()).load().totals().met());
    String stopped = failure(losing).getMessage();
    assertTrue(stopped.matches("lost.js(:1)?: the script ran for more than 4 s.*"), stopped);
  }

  @Test
  void aScriptThatListensHearsTheOtherAndGoesOnUntilItIsEnded(Vertx vertx) throws Exception {
    String talks =
        """
        let left = 5;
        const timer = clockwork.everyMillis(5, () => {
          clockwork.publish('my.pace', { requests: 2 });
          if (--left === 0) timer.stop();
        });
        """;
    String listens =
        """
        from clockwork import infer, load, subscribe
        name = load('resnet50_v2')[0]
        async def heard(message):
            for _ in range(message['requests']):
                await infer(name)
        subscribe('my.pace', heard)
        """;
    ServingAll inferences = ServingAll.answering();
    ScriptVerticle listener =
        new ScriptVerticle(
            plan("listens.py", listens, 0, Set.of(Grant.EVENTBUS)),
            inferences,
            lines::add,
            lines::add);
    String id = await(vertx.deployVerticle(listener));
    ScriptVerticle talker =
        new ScriptVerticle(
            plan("talks.js", talks, 0, Set.of(Grant.EVENTBUS)),
            ServingAll.answering(),
            lines::add,
            lines::add);
    await(vertx.deployVerticle(talker));
    await(inferences.asked(10));
    await(talker.report());
    assertFalse(listener.report().isComplete());
    await(vertx.undeploy(id));
    assertEquals(10, await(listener.report()).load().totals().offered());
  }

  @Test
  void everySecondItSaysTheLineOfAnyLoadAndWhatItPrintsUnderItsName(Vertx vertx) throws Exception {
    Promise<String> second = Promise.promise();
    ScriptVerticle script =
        new ScriptVerticle(
            plan("a.js", STEADY + "console.log('read');", 1_500, Set.of()),
            ServingAll.answering(),
            line -> {
              lines.add(line);
              if (line.startsWith("throughput=")) {
                second.tryComplete(line);
              }
            },
            lines::add);
    await(vertx.deployVerticle(script));
    await(second.future());
    assertEquals("a.js: read", lines.getFirst());
    await(script.report());
  }

  private ScriptVerticle script(String name, String text, long millis) {
    return new ScriptVerticle(
        plan(name, text, millis, Set.of()), ServingAll.answering(), lines::add, lines::add);
  }

  /**
   * @param millis 0: to its own end
   */
  private static ScriptPlan plan(String name, String text, long millis, Set<Grant> grants) {
    return new ScriptPlan(
        new Script(name, Language.of(name).orElseThrow(), text),
        Arguments.NONE,
        Optional.of(millis)
            .filter(each -> each > 0)
            .map(each -> new Measured(0, each * MILLIS))
            .orElse(Measured.ALL),
        1,
        Payloads.GENERATED,
        Traces.NONE,
        grants);
  }

  private static Throwable failure(Future<?> future) {
    Throwable cause = cause(future);
    assertEquals(ScriptException.class, cause.getClass());
    return cause;
  }

  private static Throwable cause(Future<?> failed) {
    return Assertions.assertThrows(ExecutionException.class, () -> await(failed)).getCause();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
