package org.clockwork.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.clockwork.launcher.Main;
import org.clockwork.test.HouseRules.Violation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The style that no compiler keeps, kept by an ordinary test. The rules themselves: {@link
 * HouseRules}.
 */
class TidyTest {

  @Test
  void coreImportsJavaBaseAndItselfOnly() {
    assertTidy(ProjectFiles.sourcesOf("core"), HouseRules::foreignImports);
  }

  @Test
  void coreReadsNoClockAndRollsNoUnseededDice() {
    assertTidy(ProjectFiles.sourcesOf("core"), HouseRules::clocksAndDice);
  }

  @Test
  void noPackageOfCoreUsesOneThatUsesIt() {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (Path file : ProjectFiles.sourcesOf("core")) {
      String source = ProjectFiles.text(file);
      uses.computeIfAbsent(HouseRules.packageDeclaredBy(source), _ -> new TreeSet<>())
          .addAll(HouseRules.packagesUsed(source));
    }
    assertTrue(uses.size() > 5, () -> "these are all packages: " + uses.keySet());
    assertEquals(List.of(), HouseRules.circle(uses));
  }

  @Test
  void coreHasNoDependency() {
    assertTidy(List.of(ProjectFiles.root().resolve("core/pom.xml")), HouseRules::dependencies);
  }

  @Test
  void onlyGpuNativeLocks() {
    for (String module : ProjectFiles.PRODUCTION_MODULES) {
      if (!module.equals("gpu-native")) {
        assertTidy(ProjectFiles.sourcesOf(module), HouseRules::locks);
      }
    }
  }

  @Test
  void nothingThatShipsIsUnfinished() {
    for (String module : ProjectFiles.PRODUCTION_MODULES) {
      assertTidy(ProjectFiles.sourcesOf(module), HouseRules::unfinished);
    }
  }

  @Test
  void everyCommandThatReadmeShowsExists() {
    String readme = ProjectFiles.text("README.md");
    assertTrue(readme.contains("./clockwork demo") && readme.contains("./clockwork test"));
    assertTidy(
        List.of(ProjectFiles.root().resolve("README.md")),
        text -> HouseRules.unknownVerbs(text, verbs()));
  }

  @Test
  void theScriptAnswersCompileTestFmtMutateAndBench() {
    assertEquals(
        List.of("compile", "test", "fmt", "mutate", "bench"),
        List.copyOf(HouseRules.verbsOfScript(ProjectFiles.text("clockwork"))));
  }

  /** What {@code ./clockwork VERB} understands: the launcher's subcommands and the script's own. */
  private static Set<String> verbs() {
    Set<String> verbs = new TreeSet<>(Main.commandLine().getSubcommands().keySet());
    verbs.addAll(HouseRules.verbsOfScript(ProjectFiles.text("clockwork")));
    return verbs;
  }

  private static void assertTidy(List<Path> files, Function<String, List<Violation>> rule) {
    List<String> violations = new ArrayList<>();
    for (Path file : files) {
      for (Violation violation : rule.apply(ProjectFiles.text(file))) {
        violations.add(ProjectFiles.root().relativize(file) + " " + violation);
      }
    }
    if (!violations.isEmpty()) {
      fail(String.join("\n", violations));
    }
  }

  /**
   * Each rule is fed a fault and finds it, where it is; and what only looks like one is let
   * through.
   */
  @Nested
  class EachRuleIsSeenToFail {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "import io.vertx.core.Vertx;",
          "import java.sql.Connection;",
          "import java.util.logging.Logger;",
          "import javax.crypto.Cipher;",
          "import static org.clockwork.codecs.Codecs.encode;",
          "import org.clockwork.corecodecs.Thing;",
          "import module java.sql;",
        })
    void onAForeignImport(String planted) {
      assertFinds(planted, HouseRules::foreignImports);
    }

    @Test
    void butNotOnJavaBaseAndCore() {
      assertLetsThrough(
          """
          package org.clockwork.core;
          import java.util.Map.Entry;
          import java.util.*;
          import static java.lang.Math.max;
          import module java.base;
          import org.clockwork.core.Action;
          // import io.vertx.core.Vertx;
          """,
          HouseRules::foreignImports);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "long now = System.nanoTime();",
          "LongSupplier clock = System::nanoTime;",
          "import static java.lang.System.currentTimeMillis;",
          "var now = Instant.now();",
          "var clock = Clock.systemUTC();",
          "double d = Math.random();",
          "var r = new Random();",
          "var r = new SplittableRandom( );",
          "Supplier<Random> r = Random::new;",
          "int i = ThreadLocalRandom.current().nextInt();",
          "var r = RandomGenerator.getDefault();",
          "var id = UUID.randomUUID();",
          "Collections.shuffle(models);",
          "int h = System.identityHashCode(this);",
          "Thread.sleep(1);",
          "Thread.ofVirtual().start(this);",
          "System.out.println(now);",
          "System.err.println(now);",
        })
    void onAClockOrUnseededDice(String planted) {
      assertFinds(planted, HouseRules::clocksAndDice);
    }

    @Test
    void butNotOnSeededChanceNorOnWords() {
      assertLetsThrough(
          """
          /** Never calls System.nanoTime(): the time is an argument. */
          RandomGenerator random = new SplittableRandom(seed); // not new Random()
          String text = "System.out";
          String block = \"""
              Thread.sleep(1) \"""\";
          char quote = '"';
          Collections.shuffle(models, random);
          """,
          HouseRules::clocksAndDice);
    }

    @Test
    void onALock() {
      assertFinds("synchronized (this) {}", HouseRules::locks);
      assertFinds("private synchronized void admit() {}", HouseRules::locks);
      assertLetsThrough("// synchronized by its event loop", HouseRules::locks);
    }

    @Test
    void onSomethingUnfinished() {
      assertFinds("// FIXME later", HouseRules::unfinished);
      assertLetsThrough("int AFFIXMENT = 1;", HouseRules::unfinished);
    }

    @Test
    void onPackagesThatUseEachOther() {
      assertEquals(
          "org.clockwork.core.a", HouseRules.packageDeclaredBy("package org.clockwork.core.a;"));
      assertEquals(
          Set.of("org.clockwork.core.b"),
          HouseRules.packagesUsed(
              "package org.clockwork.core.a;\nimport java.util.List;\nimport org.clockwork.core.b.B;"));
      assertEquals(
          List.of("a", "c"),
          HouseRules.circle(
              Map.of(
                  "a", Set.of("b", "c"), "b", Set.of(), "c", Set.of("a", "b"), "d", Set.of("a"))));
      assertEquals(
          List.of(), HouseRules.circle(Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of())));
    }

    @Test
    void onADependencyOfCore() {
      assertFinds("<project><dependencies></dependencies></project>", HouseRules::dependencies);
      assertLetsThrough("<project><!-- <dependencies> --></project>", HouseRules::dependencies);
    }

    @Test
    void onACommandThatDoesNotExist() {
      Function<String, List<Violation>> rule =
          text -> HouseRules.unknownVerbs(text, Set.of("demo", "test"));
      assertFinds("```\n./clockwork dmeo --json -\n```", rule);
      assertFinds("```sh\ncd x && ./clockwork test && ./clockwork tset\n```", rule);
      assertLetsThrough(
          """
          In prose, ./clockwork nonsense is not looked at.
          ```
          ./clockwork demo        # ./clockwork nonsense
          ./clockwork test -Dtest=TidyTest
          git clone URL clockwork && cd clockwork
          ```
          """,
          rule);
    }

    private void assertFinds(String planted, Function<String, List<Violation>> rule) {
      List<Violation> violations = rule.apply("\n" + planted);
      assertEquals(1, violations.size(), () -> planted + " gave " + violations);
      assertTrue(violations.getFirst().line() >= 2, () -> "the line of " + violations);
    }

    private void assertLetsThrough(String innocent, Function<String, List<Violation>> rule) {
      assertEquals(List.of(), rule.apply(innocent));
    }
  }
}
