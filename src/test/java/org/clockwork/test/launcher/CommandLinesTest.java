package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clockwork.launcher.Main;
import org.clockwork.launcher.cluster.NamedNodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/**
 * What the commands of the roles say to words that they don't understand; nothing is started. Were
 * something taken that should be refused, it would run until the timeout.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CommandLinesTest {
  /** Longer than any name can be: refused by the resolver itself, which asks nobody. */
  private static final String NOWHERE = "v".repeat(64) + ":12345";

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void anUnknownWorkloadIsNamedWithThoseThatThereAre() {
    assertRefused("there is no workload 'simpel'; there are simple, ", "client", "simpel");
    assertRefused("there is no workload 'simpel'", "client", "localhost:12346", "simpel");
    assertRefused("there is no workload 'simpel'", "client", "simpel", "-h");
  }

  @Test
  void aWrongParameterIsNamedWithWhatIsExpectedAndTheUsage() {
    assertRefused(
        "workload poisson-open-loop: num_models is 'many'; expected the number of copies, a whole"
            + " number from 1 to 10000",
        "client",
        "poisson-open-loop",
        "many",
        "100");
    assertRefused(
        "rate is missing; expected requests per second in all; usage: client poisson-open-loop"
            + " num_models rate",
        "client",
        "poisson-open-loop",
        "3");
  }

  @Test
  void theHelpOfAClientListsAllWorkloadsAndThatOfAWorkloadWhatItTakes() {
    assertEquals(0, execute("client", "-h"));
    for (String workload :
        List.of("simple", "simple-parametric", "poisson-open-loop", "comparison_experiment2")) {
      assertTrue(out.toString().contains("\n  " + workload), out.toString());
    }
    assertEquals(0, execute("client", "comparison_experiment2", "-h"));
    assertTrue(
        out.toString().startsWith("client comparison_experiment2 [num_models 15] [concurrency 16]"),
        out.toString());
    assertTrue(out.toString().contains("concurrency  outstanding per model, a whole number"));
  }

  @Test
  void theHelpOfAWorkloadSaysWhatEachOfManyParametersMeans() {
    assertEquals(0, execute("client", "azure", "-h"));
    assertTrue(
        out.toString().contains("\n  memory_load_factor  3, 13, 29 or 66 copies of each kind"),
        out.toString());
    assertTrue(out.toString().contains("\n  trace               day of the trace, a whole number"));
    assertTrue(out.toString().contains("\n  shuffle             1: functions are dealt to models"));
  }

  @ParameterizedTest
  @CsvSource({"--duration,0", "--duration,-3s", "--duration,25h", "--warmup,5 s", "--patience,0ms"})
  void aTimeThatIsNoneIsRefusedWithTheFormsThatThereAre(String option, String text) {
    assertRefused(
        "%s %s: expected a time of at most 24h, as 30, 30s, 500ms or 2m".formatted(option, text),
        "client",
        "simple",
        option + "=" + text);
  }

  @Test
  void aHostThatHasNoAddressIsNamed() {
    String message = "'%s' is no address, and no name that has one".formatted("v".repeat(64));
    assertRefused(message, "client", NOWHERE, "simple");
    assertRefused(message, "controller", "INFER5", NOWHERE);
  }

  @Test
  void aControllerOfUnknownKindIsToldThoseThatThereAre() {
    assertRefused(
        "controller INFER6: 'INFER6' is not understood; expected INFER5, INFER4, ECHO, DIRECT or"
            + " STRESS, then nodes to join as HOST:PORT",
        "controller",
        "INFER6");
    assertRefused(
        "controller INFER5 names the policy already; leave out --policy",
        "controller",
        "INFER5",
        "--policy=default");
  }

  @Test
  void aPublishedOptionOfWrongNameOrValueIsNamedWithWhatIsExpected() {
    assertRefused(
        "schedule_ahed=5: there is no option 'schedule_ahed'; there are default_slo, ",
        "controller",
        "INFER5",
        "schedule_ahed=5");
    String message =
        "schedule_ahead=10ms: expected a whole number from 1000 to 3600000000000, in nanoseconds: 10"
            + " ms is 10000000";
    assertRefused(message, "controller", "INFER5", "schedule_ahead=10ms");
    assertRefused(message, "controller", "INFER5", "--schedule_ahead=10ms");
    assertRefused("max_batch_size=0: expected", "controller", "max_batch_size=0");
  }

  @Test
  void runNamesTheRolesThatThereAreAndWhereAConfigIsWrong() throws Exception {
    assertRefused(
        "run wrker: there is no such role; there are controller, worker, worker_dummy, client,"
            + " gateway",
        "run",
        "wrker",
        "-cluster");
    Path file = folder.resolve("worker.json");
    assertRefused("-conf %s: there is no such file".formatted(file), run(file.toString()));
    Files.writeString(file, "{\n  // a comment\n  \"idd\": \"W1\"\n}");
    assertRefused(file + ":3:3: unknown key 'idd'; did you mean 'id'?", run(file.toString()));
    assertRefused("-conf:1:2: unknown key 'idd'", run("{\"idd\": 1}"));
  }

  @Test
  void aConfigOfAClientThatNamesAnUnknownWorkloadIsRefused() {
    assertRefused(
        "-conf:1:14: 'workload' can't be offered: there is no workload 'simpel'",
        "run",
        "client",
        "-conf",
        "{\"workload\": [\"simpel\"]}");
  }

  @Test
  void addressesAreTheWordsWithAPortSeveralInOneWithCommas() {
    NamedNodes nodes = NamedNodes.leading(List.of("a:1,b:2", "c:3", "d", "e:5"));
    assertEquals(List.of("a:1", "b:2", "c:3"), nodes.addresses());
    assertEquals(2, nodes.words());
    assertEquals(NamedNodes.NONE, NamedNodes.leading(List.of("simple", "a:1")));
    assertEquals(NamedNodes.NONE, NamedNodes.leading(List.of("key=a:1")));
  }

  private static String[] run(String conf) {
    return new String[] {"run", "worker", "-cluster", "-conf", conf};
  }

  private void assertRefused(String message, String... arguments) {
    err.getBuffer().setLength(0);
    assertEquals(2, execute(arguments), err.toString());
    assertTrue(err.toString().contains(message), err.toString());
    assertFalse(err.toString().contains("\tat "), err.toString());
  }

  private int execute(String... arguments) {
    out.getBuffer().setLength(0);
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = commandLine.execute(arguments);
    commandLine.getOut().flush();
    commandLine.getErr().flush();
    return code;
  }
}
