package org.clockwork.test;

import static java.util.Collections.disjoint;
import static java.util.stream.Collectors.toCollection;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules of style that no compiler keeps, each a pure function from a text to what is wrong with
 * it.
 *
 * <p>{@link TidyTest} puts the project's files through them, and each rule through a text that
 * breaks it: a rule that cannot fail protects nothing.
 */
final class HouseRules {
  private HouseRules() {}

  /** One thing wrong in one place. Lines count from 1. */
  record Violation(int line, String message) {
    @Override
    public String toString() {
      return "line " + line + ": " + message;
    }
  }

  /** What core may use besides itself. java.sql is java.*, but not among these. */
  private static final Set<String> PACKAGES_OF_JAVA_BASE = Object.class.getModule().getPackages();

  private static final Pattern IMPORT =
      Pattern.compile("(?m)^\\s*import\\s+(module\\s+)?(?:static\\s+)?([\\w.]+?)(?:\\.\\*)?\\s*;");

  /**
   * What makes a run depend on more than its events and its seed; the value says what to do
   * instead.
   */
  private static final SequencedMap<Pattern, String> CLOCKS_AND_DICE = new LinkedHashMap<>();

  static {
    String clock = "reads a clock; take nowNanos as a parameter";
    String dice = "rolls unseeded dice; take a RandomGenerator as a parameter";
    String world = "speaks to the world; hand it to the caller";
    forbid("\\b(nanoTime|currentTimeMillis)\\b", clock);
    forbid(
        "\\b(Instant|Local(Date|Time|DateTime)|(Offset|Zoned)DateTime)\\s*(\\.|::)\\s*now\\b",
        clock);
    forbid("\\bClock\\s*(\\.|::)\\s*(system|tick)", clock);
    forbid("\\bMath\\s*(\\.|::)\\s*random\\b", dice);
    forbid("\\bnew\\s+(Random|SplittableRandom)\\s*\\(\\s*\\)", dice);
    forbid("\\b(Random|SplittableRandom)\\s*::\\s*new\\b", dice);
    forbid("\\b(ThreadLocalRandom|SecureRandom)\\b", dice);
    forbid("\\bRandomGenerator\\s*(\\.|::)\\s*(getDefault|of)\\b", dice);
    forbid("\\brandomUUID\\b", dice);
    forbid("\\bCollections\\s*\\.\\s*shuffle\\s*\\([^,()]*\\)", dice);
    forbid("\\bidentityHashCode\\b", "differs from run to run; order by id");
    forbid("\\bThread\\s*(\\.|::)\\s*sleep\\b", "waits; return when it wants to be called again");
    forbid(
        "\\bnew\\s+Thread\\b|\\bThread\\s*\\.\\s*(of|start)(Virtual|Platform)",
        "starts a thread; core runs on its caller's");
    forbid("\\bSystem\\s*(\\.|::)\\s*(out|err|in|getenv|getProperty|exit)\\b", world);
  }

  private static void forbid(String pattern, String message) {
    CLOCKS_AND_DICE.put(Pattern.compile(pattern), message);
  }

  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");

  private static final Pattern USED_PACKAGE =
      Pattern.compile("(?m)^import (?:static )?(org\\.clockwork\\.[a-z.]+)\\.[A-Z]");

  static String packageDeclaredBy(String source) {
    Matcher matcher = PACKAGE.matcher(codeOf(source));
    return matcher.find() ? matcher.group(1) : "";
  }

  /** The project's packages that a source imports from, but for its own. */
  static Set<String> packagesUsed(String source) {
    Set<String> used = new TreeSet<>();
    USED_PACKAGE.matcher(codeOf(source)).results().forEach(match -> used.add(match.group(1)));
    used.remove(packageDeclaredBy(source));
    return used;
  }

  /** The packages that, used by one another, form a circle; none where there is an order. */
  static List<String> circle(Map<String, Set<String>> uses) {
    Map<String, Set<String>> left = new TreeMap<>(uses);
    // Whoever uses nobody that is left can be built first; whoever is used by nobody, last.
    while (left.entrySet().removeIf(each -> disjoint(each.getValue(), left.keySet()))
        || left.keySet()
            .removeIf(each -> left.values().stream().noneMatch(s -> s.contains(each)))) {
      // Peel on until only circles are left.
    }
    return List.copyOf(left.keySet());
  }

  /** Core imports java.base and itself, and nothing else. */
  static List<Violation> foreignImports(String source) {
    String code = codeOf(source);
    List<Violation> violations = new ArrayList<>();
    Matcher imports = IMPORT.matcher(code);
    while (imports.find()) {
      String name = imports.group(2);
      boolean own = name.startsWith("org.clockwork.core.");
      boolean base =
          imports.group(1) == null
              ? PACKAGES_OF_JAVA_BASE.contains(packageOf(name)) && name.startsWith("java.")
              : name.equals("java.base");
      if (!own && !base) {
        violations.add(
            new Violation(
                lineOf(code, imports.start(2)),
                "imports " + name + "; core uses java.base and org.clockwork.core, nothing else"));
      }
    }
    return violations;
  }

  /**
   * Core is a function of its events and its seed: no clock, no unseeded chance, no waiting, no
   * output.
   */
  static List<Violation> clocksAndDice(String source) {
    return matches(codeOf(source), CLOCKS_AND_DICE);
  }

  /** State has one owner. Only gpu-native may lock: drivers call back from threads of their own. */
  static List<Violation> locks(String source) {
    return matches(
        codeOf(source),
        Map.of(
            Pattern.compile("\\bsynchronized\\b"),
            "synchronized; give the state one owner and send it messages"));
  }

  /** Reads comments, too: that is where it stands. */
  static List<Violation> unfinished(String source) {
    return matches(
        source, Map.of(Pattern.compile("\\bFIXME\\b"), "FIXME; mend it before it lands"));
  }

  /** A pom that names a dependency, be it in a profile. */
  static List<Violation> dependencies(String pom) {
    return matches(
        blanked(pom, Pattern.compile("(?s)<!--.*?-->")),
        Map.of(Pattern.compile("<dependencies\\b"), "has dependencies; core has none at all"));
  }

  /** Commands in a Markdown text's code blocks that {@code ./clockwork} does not have. */
  static List<Violation> unknownVerbs(String markdown, Set<String> verbs) {
    return verbsShown(markdown).entrySet().stream()
        .filter(shown -> !verbs.contains(shown.getKey()))
        .map(
            shown ->
                new Violation(
                    shown.getValue(),
                    "./clockwork " + shown.getKey() + " is no command; there are " + verbs))
        .toList();
  }

  /** The verbs that a Markdown text's code blocks show, with the line of the first of each. */
  static SequencedMap<String, Integer> verbsShown(String markdown) {
    SequencedMap<String, Integer> shown = new LinkedHashMap<>();
    Pattern verb = Pattern.compile("(?:^|[\\s/])clockwork\\s+([a-z][\\w-]*)");
    boolean inBlock = false;
    int line = 0;
    for (String text : markdown.lines().toList()) {
      line++;
      if (text.stripLeading().startsWith("```")) {
        inBlock = !inBlock;
      } else if (inBlock) {
        for (MatchResult found :
            verb.matcher(text.replaceFirst("(^|\\s)#.*", "")).results().toList()) {
          shown.putIfAbsent(found.group(1), line);
        }
      }
    }
    return shown;
  }

  /** The verbs that the script answers itself: the cases of the switch on its first argument. */
  static SequencedSet<String> verbsOfScript(String script) {
    int cases = script.indexOf("case ${1:-} in");
    return Pattern.compile("(?m)^  ([a-z]+)\\)$")
        .matcher(cases < 0 ? "" : script.substring(cases))
        .results()
        .map(found -> found.group(1))
        .collect(toCollection(LinkedHashSet::new));
  }

  /** A Java source with its comments and literals blanked out; every line keeps its number. */
  static String codeOf(String source) {
    return blanked(
        source,
        Pattern.compile(
            "(?s)\"\"\".*?(?<!\\\\)\"\"\"" // text block
                + "|\"(?:[^\"\\\\\n]|\\\\.)*+\"" // string
                + "|'(?:[^'\\\\\n]|\\\\.)*+'" // character
                + "|//[^\n]*" // comment to the end of the line
                + "|/\\*.*?\\*/")); // comment, Javadoc
  }

  private static String blanked(String text, Pattern what) {
    return what.matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(found.group().replaceAll("[^\n]", " ")));
  }

  private static List<Violation> matches(String text, Map<Pattern, String> forbidden) {
    List<Violation> violations = new ArrayList<>();
    forbidden.forEach(
        (pattern, message) ->
            pattern
                .matcher(text)
                .results()
                .map(
                    found ->
                        new Violation(
                            lineOf(text, found.start()), "'" + found.group() + "' " + message))
                .forEach(violations::add));
    return violations;
  }

  /**
   * The package of an imported name: what comes before the first part that begins with a capital.
   */
  private static String packageOf(String name) {
    return name.replaceFirst("\\.[A-Z].*", "");
  }

  private static int lineOf(String text, int offset) {
    return 1 + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
  }
}
