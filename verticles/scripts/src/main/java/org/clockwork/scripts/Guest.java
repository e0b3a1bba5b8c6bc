package org.clockwork.scripts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.EnvironmentAccess;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.SandboxPolicy;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.SourceSection;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;

/**
 * One script in a context of its own, out of which it reaches nothing but what it is handed: no
 * file, no network, no class, no process, no thread, no environment. Belongs to one thread. What
 * goes wrong in the script comes out as a {@link ScriptException} with file and line.
 */
final class Guest implements AutoCloseable {
  private static final String GLOBAL = "clockwork";
  private static final double MEMORY_FULL = 0.9;
  private static final String TRACEBACK = "__traceback__";

  private final Script script;
  private final Context context;
  private final Watchdog watchdog;
  private boolean inside;

  /**
   * A context without the script yet. Takes some seconds for the first one in Python.
   *
   * @param lines gets what the script prints
   * @param stuck hears of it where the script does not return and can't be stopped
   */
  Guest(Script script, Consumer<String> lines, Consumer<ScriptException> stuck) {
    this.script = script;
    Context.Builder builder =
        Context.newBuilder(script.language().id())
            .engine(ScriptEngines.shared())
            .sandbox(SandboxPolicy.TRUSTED)
            .allowHostAccess(HostAccess.NONE)
            .allowHostClassLookup(_ -> false)
            .allowPolyglotAccess(PolyglotAccess.NONE)
            .allowIO(IOAccess.NONE)
            .allowNativeAccess(false)
            .allowCreateThread(false)
            .allowCreateProcess(false)
            .allowEnvironmentAccess(EnvironmentAccess.NONE)
            .allowExperimentalOptions(true)
            .in(InputStream.nullInputStream())
            .out(new Printed(lines))
            .err(new Printed(lines));
    switch (script.language()) {
      case JAVASCRIPT ->
          // Reading files by name is JavaScript's own here; and a promise that fails is an error.
          builder.option("js.load", "false").option("js.unhandled-rejections", "throw");
      case PYTHON -> {}
    }
    this.context = builder.build();
    this.watchdog =
        new Watchdog(
            script.name(),
            context,
            () -> stuck.accept(new ScriptException(overrun(script.name()))));
  }

  /** Hands the host's functions to the script's language, which makes of them what scripts see. */
  void prepare(Object host) {
    String id = script.language().id();
    String prelude = "prelude." + script.language().ending();
    try {
      context.initialize(id);
      Value made =
          context
              .eval(Source.newBuilder(id, resource(prelude), prelude).buildLiteral())
              .execute(host);
      context.getBindings(id).putMember(GLOBAL, made);
    } catch (PolyglotException e) {
      throw new IllegalStateException(prelude + " is broken: " + e.getMessage(), e);
    }
  }

  /** Runs the script from its first line to its last. */
  void evaluate() {
    enter(
        () ->
            context.eval(
                Source.newBuilder(script.language().id(), script.text(), script.name())
                    .buildLiteral()));
  }

  /** Runs one of its functions. */
  void call(Value function, Object... arguments) {
    enter(() -> function.executeVoid(arguments));
  }

  /** What the script waits for on purpose does not count as its own time. */
  <T> T waiting(Wait<T> wait) {
    watchdog.left();
    try {
      return wait.forIt();
    } finally {
      watchdog.entered();
    }
  }

  /** Something that takes as long as it takes. */
  @FunctionalInterface
  interface Wait<T> {
    T forIt();
  }

  private void enter(Runnable what) {
    if (inside) {
      what.run(); // Called back by what the script itself has called: already watched.
      return;
    }
    inside = true;
    watchdog.entered();
    try {
      what.run();
    } catch (PolyglotException e) {
      throw explained(e);
    } catch (OutOfMemoryError e) {
      throw new ScriptException(outOfMemory(), e);
    } finally {
      watchdog.left();
      inside = false;
    }
  }

  @Override
  public void close() {
    watchdog.close();
    context.close(true);
  }

  // --- What went wrong -------------------------------------------------------------------------

  private ScriptException explained(PolyglotException e) {
    String place = place(e);
    if (watchdog.hasBarked()) {
      return new ScriptException(memoryIsFull() ? outOfMemory() : overrun(place), e);
    }
    if (e.isExit()) {
      return new ScriptException(
          place
              + ": the script left with exit code %d; it ends by itself when nothing is left to do"
                  .formatted(e.getExitStatus()),
          e);
    }
    if (e.isResourceExhausted() || e.isInternalError()) {
      return exhausted(place, e);
    }
    String message = firstLine(e);
    return new ScriptException(
        message.equals("MemoryError") ? outOfMemory() : place + ": " + message, e);
  }

  /** A language may say the place once more, or quote the line. */
  private String firstLine(PolyglotException e) {
    return Objects.toString(e.getMessage(), "")
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst(Pattern.quote(script.name()) + ":[0-9]+:[0-9]+ ", "");
  }

  private ScriptException exhausted(String place, PolyglotException e) {
    String message = Objects.toString(e.getMessage(), "");
    if (message.contains("StackOverflow")) {
      return new ScriptException(
          place + ": the script called itself too deep; end the recursion, or use a loop", e);
    }
    if (message.contains("OutOfMemory") || e.isResourceExhausted()) {
      return new ScriptException(outOfMemory(), e);
    }
    if (message.contains("not allowed") || message.contains("was excluded")) {
      return new ScriptException(
          place + ": that is out of a script's reach: " + message.replaceFirst("^[\\w.$]+: ", ""),
          e);
    }
    return new ScriptException(place + ": the interpreter broke: " + message, e);
  }

  /**
   * Then it waits for the collector rather than for itself. What counts is what the last collection
   * had to leave: garbage may fill the rest at any time.
   */
  private static boolean memoryIsFull() {
    long kept =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getCollectionUsage)
            .filter(Objects::nonNull)
            .mapToLong(MemoryUsage::getUsed)
            .sum();
    return kept > MEMORY_FULL * Runtime.getRuntime().maxMemory();
  }

  private String outOfMemory() {
    return ("script %s used up the memory of its process (-Xmx%dm); let it keep less, or give it more:"
            + " CLOCKWORK_JAVA_OPTS=-Xmx4g")
        .formatted(script.name(), Runtime.getRuntime().maxMemory() >> 20);
  }

  private static String overrun(String place) {
    return ("%s: the script ran for more than %d s without returning and was stopped; a loop needs an"
            + " end, and what is to happen later a timer (afterMillis, everyMillis, await)")
        .formatted(place, Watchdog.LIMIT_NANOS / 1_000_000_000);
  }

  /** {@code file:line} of the script, or the file alone. */
  private String place(PolyglotException e) {
    if (e.isCancelled()) {
      return script.name(); // Its context is closed: nothing more can be asked of it.
    }
    return traced(e)
        .or(() -> lines(e.getSourceLocation()))
        .or(
            () ->
                StreamSupport.stream(e.getPolyglotStackTrace().spliterator(), false)
                    .filter(PolyglotException.StackFrame::isGuestFrame)
                    .map(frame -> lines(frame.getSourceLocation()))
                    .flatMap(Optional::stream)
                    .findFirst())
        .map(line -> script.name() + ":" + line)
        .orElse(script.name());
  }

  /** Python's errors know their lines, where its frames know their function's alone. */
  private Optional<String> traced(PolyglotException e) {
    Value error = e.getGuestObject();
    Optional<String> line = Optional.empty();
    if (script.language() != Language.PYTHON || error == null || !error.hasMember(TRACEBACK)) {
      return line;
    }
    Value entry = error.getMember(TRACEBACK);
    while (!entry.isNull()) {
      Value code = entry.getMember("tb_frame").getMember("f_code");
      if (code.getMember("co_filename").asString().equals(script.name())) {
        line = Optional.of(entry.getMember("tb_lineno").toString());
      }
      entry = entry.getMember("tb_next");
    }
    return line;
  }

  private Optional<String> lines(SourceSection section) {
    return Optional.ofNullable(section)
        .filter(found -> found.getSource().getName().equals(script.name()) && found.hasLines())
        .map(this::shown);
  }

  private String shown(SourceSection section) {
    boolean wholeFunction =
        script.language() == Language.PYTHON && section.getEndLine() > section.getStartLine();
    return wholeFunction
        ? section.getStartLine() + "-" + section.getEndLine()
        : Integer.toString(section.getStartLine());
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(Guest.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " can't be read out of the jar", e);
    }
  }
}
