package org.clockwork.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.NamedTensor;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.workload.Offer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * JavaScript and Python have one meaning: what one offers, reports and complains of, so does the
 * other.
 */
class BothLanguagesTest {

  /** The same script twice. */
  record Pair(String about, String javaScript, String python) {
    @Override
    public String toString() {
      return about;
    }
  }

  private static final Pair MIXED =
      new Pair(
          "open and closed loops, awaited times and dice",
          """
          const { load, infer, everyMillis, afterMillis, poisson, random, report } = clockwork;
          const names = load('tiny', 3);
          everyMillis(7, () => infer(names[0], { sloMillis: 20, tenant: 'a', priority: 2 }));
          poisson(100, () => infer(names[1], { sloFactor: 5 }));
          let answered = 0;
          async function client() {
            for (;;) {
              const answer = await infer(names[2]);
              report('answered', ++answered);
              report('last', answer.status + answer.latencyMillis + answer.met);
              await afterMillis(20 * random());
            }
          }
          for (let i = 0; i < 3; i++) afterMillis(10 * random(), client);
          const timer = everyMillis(1, () => infer(names[0]));
          afterMillis(50, () => timer.stop());
          """,
          """
          from clockwork import *
          import clockwork
          load, infer, everyMillis = clockwork.load, clockwork.infer, clockwork.everyMillis
          from clockwork import afterMillis, poisson, random, report
          names = load('tiny', 3)
          everyMillis(7, lambda: infer(names[0], sloMillis=20, tenant='a', priority=2))
          poisson(100, lambda: infer(names[1], {'sloFactor': 5}))
          answered = 0
          async def client():
              global answered
              while True:
                  answer = await infer(names[2])
                  answered += 1
                  report('answered', answered)
                  report('last', answer.status + str(int(answer.latencyMillis)) + str(answer.met).lower())
                  await afterMillis(20 * random())
          for i in range(3):
              afterMillis(10 * random(), client)
          timer = everyMillis(1, lambda: infer(names[0]))
          afterMillis(50, lambda: timer.stop())
          """);

  @Test
  void theSameSeedGivesTheSameOffers() {
    try (Scripted one = Scripted.of("a.js", MIXED.javaScript, "", 2).run();
        Scripted same = Scripted.of("a.js", MIXED.javaScript, "", 2).run();
        Scripted other = Scripted.of("a.py", MIXED.python, "", 2).run()) {
      assertEquals(Optional.empty(), one.failure());
      assertEquals(Optional.empty(), other.failure());
      assertTrue(one.offers.size() > 700, one.offers.size() + " offers");
      assertEquals(one.offers, same.offers);
      assertEquals(one.offers, other.offers);
      assertEquals(one.reported(), other.reported());
      assertEquals("succeeded5true", one.reported().get("last"));
      Submission first = one.submissions.getFirst();
      assertEquals("tiny", first.model());
      assertTrue(
          one.submissions.contains(
              new Submission(
                  "tiny", new Payload.Generated(1), Objective.ofNanos(20_000_000), "a", 2)));
      assertTrue(
          one.submissions.stream()
              .anyMatch(
                  each ->
                      each.model().equals("tiny#2")
                          && each.objective().equals(Objective.ofFactor(5))));
    }
  }

  private static final String OPEN =
      """
      const { load, infer, everyMillis, afterMillis, poisson, random } = clockwork;
      const [name] = load('tiny');
      everyMillis(7, () => infer(name));
      poisson(100, () => {
        infer(name);
        afterMillis(3, () => infer(name));
      });
      """;

  @Test
  void aTimersRequestsAreMeantForWhenItWasDueHoweverLateItIs() {
    try (Scripted punctual = Scripted.of("a.js", OPEN, "", 1).run();
        Scripted late = Scripted.of("a.js", OPEN, "", 1).late(2_500_000).run()) {
      assertTrue(punctual.offers.size() > 250, punctual.offers.size() + " offers");
      assertTrue(punctual.offers.stream().allMatch(Offer::scheduled));
      assertEquals(
          punctual.arrivalsMicros().stream().sorted().toList(),
          late.arrivalsMicros().stream().sorted().toList());
    }
  }

  @Test
  void oneThatCannotKeepUpHearsItsAnswersInBetweenAndLeavesNothingOut() {
    String busy = "clockwork.everyMillis(1, () => clockwork.infer('resnet18_v2'));";
    try (Scripted woken = Scripted.of("a.js", busy, "", 1).wokenOnceAfter(900_000_000);
        Scripted late = Scripted.of("a.js", busy, "", 1).late(3_000_000_000L).run()) {
      assertEquals(200, woken.offers.size());
      assertTrue(woken.wantsToGoOn());
      assertEquals(999, late.offers.size());
    }
  }

  @Test
  void whatElseIsDrawnShiftsNoArrivals() {
    try (Scripted one = Scripted.of("a.js", OPEN, "", 1).run();
        Scripted other =
            Scripted.of("a.js", OPEN + "everyMillis(2, () => random() + Math.random());", "", 1)
                .run()) {
      assertEquals(one.arrivalsMicros(), other.arrivalsMicros());
    }
  }

  @Test
  void aClientsRequestIsMeantForWhenItIsSent() {
    String client =
        """
        const [name] = clockwork.load('tiny');
        (async () => {
          for (;;) await clockwork.infer(name);
        })();
        """;
    try (Scripted script = Scripted.of("a.js", client, "", 0.021).run()) {
      assertEquals(List.of(0L, 5_000L, 10_000L, 15_000L, 20_000L), script.arrivalsMicros());
      assertTrue(script.offers.stream().noneMatch(Offer::scheduled));
    }
  }

  private static Stream<Pair> wrong() {
    return Stream.of(
        new Pair(
            "infer: there is no option 'slo'; there are sloMillis, sloFactor, tenant, priority,"
                + " input, outputs",
            "clockwork.infer('resnet18_v2', { slo: 3 });",
            "clockwork.infer('resnet18_v2', slo=3)"),
        new Pair(
            "infer: options are 5; expected some of sloMillis, sloFactor, tenant, priority, input,"
                + " outputs by their names",
            "clockwork.infer('resnet18_v2', 5);",
            "clockwork.infer('resnet18_v2', 5)"),
        new Pair(
            "infer: no model 'resnet51' is loaded; there are resnet18_v2; load('resnet51') has one"
                + " loaded",
            "clockwork.infer('resnet51');",
            "clockwork.infer('resnet51')"),
        new Pair(
            "infer: sloMillis is -1; expected milliseconds above 0, at most a day",
            "clockwork.infer('resnet18_v2', { sloMillis: -1 });",
            "clockwork.infer('resnet18_v2', sloMillis=-1)"),
        new Pair(
            "infer: sloMillis is 'fast'; expected milliseconds above 0, at most a day",
            "clockwork.infer('resnet18_v2', { sloMillis: 'fast' });",
            "clockwork.infer('resnet18_v2', sloMillis='fast')"),
        new Pair(
            "infer: priority is 1.5; expected a whole number from 0 to 1000",
            "clockwork.infer('resnet18_v2', { priority: 1.5 });",
            "clockwork.infer('resnet18_v2', priority=1.5)"),
        new Pair(
            "infer: input 'data' of model 'resnet18_v2' has 2 numbers; expected 6, shape [2, 3]",
            "clockwork.infer('resnet18_v2', { input: [1, 2] });",
            "clockwork.infer('resnet18_v2', input=[1, 2])"),
        new Pair(
            "infer: input has no 'data'; model 'resnet18_v2' has the inputs data",
            "clockwork.infer('resnet18_v2', { input: { date: [1] } });",
            "clockwork.infer('resnet18_v2', input={'date': [1]})"),
        new Pair(
            "load('resnet51'): model 'resnet51' can't be served: no worker has it",
            "clockwork.load('resnet51');",
            "clockwork.load('resnet51')"),
        new Pair(
            "load: copies is 0; expected a whole number from 1 to 10000",
            "clockwork.load('tiny', 0);",
            "clockwork.load('tiny', 0)"),
        new Pair(
            "poisson: the rate is -5; expected a number per second above 0, at most a million",
            "clockwork.poisson(-5, () => 1);",
            "clockwork.poisson(-5, lambda: 1)"),
        new Pair(
            "everyMillis: what to call is missing; expected a function",
            "clockwork.everyMillis(5);",
            "clockwork.everyMillis(5)"),
        new Pair(
            "afterMillis: the delay is 'soon'; expected milliseconds from 0 to a day",
            "clockwork.afterMillis('soon');",
            "clockwork.afterMillis('soon')"),
        new Pair(
            "report: the value is missing; expected a number, a text or a boolean",
            "clockwork.report('x');",
            "clockwork.report('x')"),
        new Pair(
            "publish: not granted; start the script with --grant eventbus",
            "clockwork.publish('my.address', 1);",
            "clockwork.publish('my.address', 1)"),
        new Pair(
            "a.xx takes no --rte; it takes --rate",
            "clockwork.argsWith({ rate: 5 });",
            "clockwork.argsWith(rate=5)"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void aWrongCallNamesFileLineWhatWasAskedAndWhatIsExpected(Pair wrong) {
    String mistake = mistake("a.js", "\n" + wrong.javaScript);
    assertTrue(mistake.matches("(?s)a\\.js:2: (TypeError|RangeError|Error): .*"), mistake);
    assertEquals(wrong.about, mistake.split(": ", 3)[2].replace("a.js", "a.xx"));
  }

  /** One script for all of them: a context of Python's takes longer than any call. */
  @Test
  void inPythonItIsCalledWrongWithTheSameWordsAndCanBeCaught() {
    StringBuilder javaScript = new StringBuilder();
    StringBuilder python = new StringBuilder("from clockwork import report\nimport clockwork\n");
    int number = 0;
    for (Pair pair : wrong().toList()) {
      javaScript.append(
          "try { %s } catch (e) { clockwork.report('%d', e.name + ': ' + e.message); }\n"
              .formatted(pair.javaScript, number));
      python.append(
          "try:\n    %s\nexcept Exception as e:\n    report('%d', type(e).__name__ + ': ' + str(e))\n"
              .formatted(pair.python, number++));
    }
    try (Scripted one = Scripted.of("a.js", javaScript.toString(), "--rte 5", 1);
        Scripted other = Scripted.of("a.py", python.toString(), "--rte 5", 1)) {
      assertEquals(number, one.reported().size());
      one.reported()
          .forEach(
              (call, text) ->
                  assertEquals(
                      text.toString()
                          .replaceFirst("^RangeError", "ValueError")
                          .replaceFirst("^Error", "RuntimeError")
                          .replace("a.js", "a.py"),
                      other.reported().get(call)));
    }
  }

  @Test
  void inPythonItHasFileAndLineToo() {
    assertEquals(
        "a.py:3: TypeError: infer: there is no option 'slo'; there are sloMillis, sloFactor,"
            + " tenant, priority, input, outputs",
        mistake(
            "a.py",
            "def f():\n    import clockwork\n    clockwork.infer('resnet18_v2', slo=3)\nf()"));
  }

  @Test
  void aMistakeInACallbackEndsTheRunThere() {
    String javaScript =
        """
        const { load, infer, afterMillis } = clockwork;
        const [name] = load('tiny');
        async function client() {
          await infer(name);
          null.length;
        }
        afterMillis(5, client);
        """;
    String python =
        """
        from clockwork import load, infer, afterMillis
        name = load('tiny')[0]
        async def client():
            await infer(name)
            None.length
        afterMillis(5, client)
        """;
    try (Scripted one = Scripted.of("a.js", javaScript, "", 9).run();
        Scripted other = Scripted.of("a.py", python, "", 9).run()) {
      assertEquals(1, one.offers.size());
      assertEquals(one.offers, other.offers);
      assertEquals("a.js:5: TypeError: ", one.failure().orElseThrow().substring(0, 19));
      assertEquals("a.py:5: AttributeError: ", other.failure().orElseThrow().substring(0, 24));
    }
  }

  @Test
  void inputsAndOutputsAreNumbersInLists() {
    String javaScript =
        """
        const { load, infer, report } = clockwork;
        const [name] = load('tiny');
        infer(name, { input: [[1, 2, 3], [4, 5, 6.5]], outputs: true }).then((answer) => {
          report('shape', answer.outputs.scores.shape.join());
          report('data', answer.outputs.scores.data.join());
        });
        """;
    String python =
        """
        from clockwork import load, infer, report, afterMillis
        name = load('tiny')[0]
        async def client():
            answer = await infer(name, input={'data': [1, 2, 3, 4, 5, 6.5]}, outputs=True)
            report('shape', ','.join(str(n) for n in answer.outputs['scores'].shape))
            report('data', ','.join(f'{n:g}' for n in answer.outputs['scores'].data))
        afterMillis(0, client)
        """;
    try (Scripted one = Scripted.of("a.js", javaScript, "", 9).run();
        Scripted other = Scripted.of("a.py", python, "", 9).run()) {
      assertEquals("1,2", one.reported().get("shape"));
      assertEquals("0.5,-2", one.reported().get("data"));
      assertEquals(one.reported(), other.reported());
      for (Scripted script : List.of(one, other)) {
        Payload.Named sent = (Payload.Named) script.submissions.getFirst().payload();
        NamedTensor tensor = sent.tensors().getFirst();
        assertEquals("data", tensor.name());
        assertEquals(List.of(1L, 2L, 3L), tensor.shape());
        ByteBuffer content = tensor.content().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(6.5, content.getFloat(20));
      }
    }
  }

  @Test
  void aRefusalAndAFailureAreAnswersToo() {
    String javaScript =
        """
        const { load, infer, report } = clockwork;
        infer(load('tiny')[0]).then((a) => {
          report('answer', [a.status, a.met, a.cause, a.reason, a.retryAfterMillis].join('/'));
        });
        """;
    try (Scripted refused =
            Scripted.of("a.js", javaScript, "", 9).answering(Scripted::refusal).run();
        Scripted failed =
            Scripted.of("a.js", javaScript, "", 9).answering(Scripted::failure).run()) {
      assertEquals(
          "refused/false/queue/too much in front of it/30", refused.reported().get("answer"));
      assertTrue(
          failed
              .reported()
              .get("answer")
              .toString()
              .matches("failed/false/runtime_error/it broke/"),
          failed.reported()::toString);
    }
  }

  @Test
  void argumentsKeepTheKindOfTheirDefaults() {
    String javaScript =
        """
        const { args, argsWith, report } = clockwork;
        const { rate, model, quick } = argsWith({ rate: 100, model: 'm', quick: false });
        report('all', [rate + 1, model + 1, quick, args.rate].join());
        """;
    String python =
        """
        from clockwork import args, argsWith, report
        a = argsWith(rate=100, model='m', quick=False)
        report('all', ','.join([str(a.rate + 1), a.model + '1', str(a['quick']).lower(), str(args.rate)]))
        """;
    String given = "--rate 200 --model 18 --quick";
    try (Scripted one = Scripted.of("a.js", javaScript, given, 1).run();
        Scripted other = Scripted.of("a.py", python, given, 1).run()) {
      assertEquals("201,181,true,200", one.reported().get("all"));
      assertEquals(one.reported(), other.reported());
    }
    ScriptException mistake =
        assertThrows(
            ScriptException.class, () -> Scripted.of("a.js", javaScript, "--rate fast", 1));
    assertEquals("a.js:2: TypeError: --rate is 'fast'; expected a number", mistake.getMessage());
  }

  @Test
  void aScriptLearnsWhatCouldBeLoadedAndWhatATraceHolds() {
    String javaScript =
        """
        const { models, trace, load, report } = clockwork;
        report('models', models().join());
        report('copies', load('tiny', 3).join());
        const counts = trace(5, 2);
        report('trace', [counts.length, counts[4].length, counts.flat().every((n) => n >= 0)].join());
        report('all', counts.flat().reduce((sum, n) => sum + n, 0));
        """;
    String python =
        """
        from clockwork import models, trace, load, report
        report('models', ','.join(models()))
        report('copies', ','.join(load('tiny', 3)))
        counts = trace(5, 2)
        report('trace', f'{len(counts)},{len(counts[4])},' + str(min(map(min, counts)) >= 0).lower())
        report('all', sum(map(sum, counts)))
        """;
    try (Scripted one = Scripted.of("a.js", javaScript, "", 1);
        Scripted other = Scripted.of("a.py", python, "", 1)) {
      assertEquals("resnet50_v2,resnet18_v2,tiny", one.reported().get("models"));
      assertEquals("tiny,tiny#2,tiny#3", one.reported().get("copies"));
      assertEquals("5,1440,true", one.reported().get("trace"));
      assertTrue((Long) one.reported().get("all") > 100_000, one.reported()::toString);
      assertEquals(one.reported(), other.reported());
    }
  }

  @Test
  void answersThatComeAtOnceDoNotPileUpOnTheStack() {
    String javaScript =
        """
        const { load, infer, report } = clockwork;
        const [name] = load('tiny');
        async function client() {
          for (let i = 1; i <= 20000; i++) {
            await infer(name);
            report('answers', i);
          }
        }
        client();
        """;
    try (Scripted script = Scripted.of("a.js", javaScript, "", 1_000).run()) {
      assertEquals(Optional.empty(), script.failure());
      assertEquals(20_000L, script.reported().get("answers"));
    }
  }

  @Test
  void afterTheEndNothingIsSentAndNobodyWaits() {
    String javaScript =
        """
        const { load, infer, everyMillis, afterMillis } = clockwork;
        const [name] = load('tiny');
        everyMillis(10, () => infer(name));
        async function client() {
          for (;;) {
            await infer(name);
          }
        }
        client();
        afterMillis(10, function again() { afterMillis(0, again); });
        """;
    try (Scripted script = Scripted.of("a.js", javaScript, "", 0.1).run()) {
      List<Long> arrivals = script.arrivalsMicros();
      assertTrue(arrivals.stream().allMatch(micros -> micros < 100_000), arrivals::toString);
      assertEquals(9 + 20, arrivals.size());
      assertEquals(100_000_000, script.load().loadEndNanos() - script.load().startNanos());
    }
  }

  private static String mistake(String name, String text) {
    return assertThrows(ScriptException.class, () -> Scripted.of(name, text, "--rte 5", 1).close())
        .getMessage();
  }
}
