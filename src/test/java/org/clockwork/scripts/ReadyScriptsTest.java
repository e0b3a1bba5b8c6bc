package org.clockwork.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scripts that are ready, and those of the page that teaches them. */
class ReadyScriptsTest {
  private static final Path ROOT = Path.of(System.getProperty("clockwork.root"));
  private static final Path READY = ROOT.resolve(Script.FOLDER);

  record Example(String name, String grants, String text) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static List<String> ready() {
    return Script.in(READY);
  }

  @Test
  void thereAreSixAndTwoOfThemAlsoInPython() {
    assertEquals(
        List.of(
            "ab_slo.js",
            "azure_replay.js",
            "bursts.js",
            "ramp.js",
            "steady.js",
            "steady.py",
            "think_time.js",
            "think_time.py"),
        ready());
  }

  @ParameterizedTest
  @MethodSource("ready")
  void eachRunsWithoutArguments(String name) {
    try (Scripted script = Scripted.of(name, Script.read(name, READY).text(), "", 10).run()) {
      assertEquals(Optional.empty(), script.failure());
      assertTrue(script.offers.size() > 300, script.offers.size() + " offers");
    }
  }

  @ParameterizedTest
  @MethodSource("ready")
  void eachSaysOfItselfWhatItTakesAndWithWhichDefaults(String name) {
    Script script = Script.read(name, READY);
    String call = matches("(?s)argsWith\\((.*?)\\)", script.text()).getFirst().group(1);
    Set<String> taken = new TreeSet<>();
    for (MatchResult pair : matches("(\\w+)[:=] ?('[^']*'|\"[^\"]*\"|[0-9.]+)", call)) {
      taken.add(pair.group(1) + " " + pair.group(2).replaceAll("['\"]", ""));
    }
    Set<String> said = new TreeSet<>();
    for (MatchResult line : matches("(?m)^ +--(\\w+) (\\S+)", script.comment())) {
      said.add(line.group(1) + " " + line.group(2));
    }
    assertTrue(taken.size() >= 4, taken::toString);
    assertEquals(taken, said);
  }

  @ParameterizedTest
  @MethodSource("twins")
  void inPythonItIsTheSameLoad(String name) {
    String arguments = name.equals("steady") ? "--rate 300 --copies 4" : "--users 30";
    try (Scripted one =
            Scripted.of(name + ".js", Script.read(name + ".js", READY).text(), arguments, 3).run();
        Scripted other =
            Scripted.of(name + ".py", Script.read(name + ".py", READY).text(), arguments, 3)
                .run()) {
      assertTrue(one.offers.size() > 200, one.offers.size() + " offers");
      assertEquals(one.offers, other.offers);
    }
  }

  private static List<String> twins() {
    return List.of("steady", "think_time");
  }

  @Test
  void steadyIsSteady() {
    try (Scripted script =
        Scripted.of("steady.js", Script.read("steady.js", READY).text(), "--rate 250", 1).run()) {
      List<Long> arrivals = script.arrivalsMicros();
      assertEquals(249, arrivals.size());
      assertEquals(Stream.iterate(4_000L, each -> each + 4_000).limit(249).toList(), arrivals);
    }
  }

  @Test
  void theRampEndsWhereTooFewAreMet() {
    try (Scripted script =
        Scripted.of("ramp.js", Script.read("ramp.js", READY).text(), "--from 10 --factor 2", 100)
            .answering(
                offer -> offer.number() < 100 ? Scripted.success(offer) : Scripted.refusal(offer))
            .run()) {
      assertEquals(Optional.empty(), script.failure());
      Object served = script.reported().get("served_per_s");
      assertTrue(List.of(10L, 20L).contains(served), script.reported()::toString);
      assertTrue(script.lines.getFirst().startsWith("10/s: "), script.lines::toString);
    }
  }

  private static List<Example> examples() throws IOException {
    return matches(
            "(?s)<!-- (\\S+)(?: --grant (\\S+))? -->\n```\\w+\n(.*?)```",
            Files.readString(ROOT.resolve("docs/scripts.md")))
        .stream()
        .map(
            found ->
                new Example(
                    found.group(1), Optional.ofNullable(found.group(2)).orElse(""), found.group(3)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleOfThePageRuns(Example example) {
    Set<Grant> grants =
        example.grants.isEmpty() ? Set.of() : Grant.named(List.of(example.grants.split(",")));
    try (Scripted script =
        new Scripted(Scripted.plan(example.name, example.text, "", 5, grants)).run()) {
      assertEquals(Optional.empty(), script.failure());
      // What goes over the bus takes real time: such an example is read, and rings its own timers.
      assertTrue(script.offers.size() > 100 || !grants.isEmpty(), script.offers.size() + " offers");
    }
  }

  @Test
  void noExampleOfThePageIsLeftOut() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/scripts.md"));
    assertEquals(matches("(?m)^```(js|py)$", page).size(), examples().size());
    assertTrue(examples().size() >= 7, examples()::toString);
  }

  private static List<MatchResult> matches(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().toList();
  }
}
