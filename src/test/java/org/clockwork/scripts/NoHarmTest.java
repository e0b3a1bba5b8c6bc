package org.clockwork.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a script reaches of the machine, which is nothing, and how long it may hold its thread. */
@Timeout(120)
class NoHarmTest {
  private static final long STOPPED_NANOS_MAX = 5_000_000_000L;

  /** The first script of a language takes seconds to read it; no test's bound is about that. */
  @BeforeAll
  static void bothLanguagesAreRead() {
    Scripted.of("a.js", "", "", 1).close();
    Scripted.of("a.py", "", "", 1).close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "load('/etc/passwd')",
        "read('/etc/passwd')",
        "readFully('/etc/passwd')",
        "loadWithNewGlobal('/etc/passwd')",
        "Java.type('java.lang.System').exit(1)",
        "java.lang.System.exit(1)",
        "Packages.java.lang.System.exit(1)",
        "Polyglot.eval('python', '1')",
        "require('fs')",
        "process.exit(1)",
        "quit(1)",
        "clockwork.load.constructor('return java')().lang.System.exit(1)",
        "import('/etc/passwd').then((x) => clockwork.report('read', 1))",
        "clockwork.infer = null; Object.defineProperty(clockwork, 'infer', { value: 1 })",
      })
  void javaScriptReachesNothing(String harm) {
    ScriptException stopped = mistake("a.js", "'use strict';\n" + harm);
    assertTrue(stopped.getMessage().startsWith("a.js:2: "), stopped.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "open('/etc/passwd')",
        "open('/tmp/written-by-a-script', 'w')",
        "import os; os.listdir('/')",
        "import os; os.environ['HOME']",
        "import os; os.system('ls')",
        "import subprocess; subprocess.run(['ls'])",
        "import socket; socket.create_connection(('127.0.0.1', 22))",
        "import threading; threading.Thread(target=print).start()",
        "import ctypes; ctypes.CDLL('libc.so.6')",
        "import java; java.type('java.lang.System').exit(1)",
        "import polyglot; polyglot.eval(language='js', string='1')",
      })
  void pythonReachesNothing(String harm) {
    String stopped = mistake("a.py", "\n" + harm).getMessage();
    assertTrue(
        stopped.startsWith("a.py:2: ")
            || stopped.startsWith("a.py: that is out of a script's reach: "),
        stopped);
  }

  @Test
  void whatCallsItselfWithoutEndIsStoppedWithFileAndLine() {
    ScriptException javaScript =
        mistake("a.js", "\nfunction f(n) {\n  return f(n + 1) + 1;\n}\nf(0);");
    assertTrue(javaScript.getMessage().startsWith("a.js:2: RangeError"), javaScript.getMessage());
    ScriptException python = mistake("a.py", "\ndef f(n):\n    return f(n + 1) + 1\nf(0)");
    assertTrue(python.getMessage().startsWith("a.py:3: RecursionError"), python.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "try { while (true) {} } finally { for (;;) {} }",
        "(async () => { while (true) await null; })()",
      })
  void aLoopWithoutEndIsStoppedWithinFiveSeconds(String loop) {
    assertStopped("a.js", "\n" + loop);
  }

  @Test
  void aLoopInPythonToo() {
    assertStopped(
        "a.py",
        """

        while True:
            try:
                while True: pass
            except BaseException:
                pass
        """);
  }

  @Test
  void aLoopInACallbackToo() {
    long beganNanos = cpuNanos();
    try (Scripted script =
        Scripted.of("a.js", "clockwork.afterMillis(5, () => {\n  for (;;) {}\n});", "", 9).run()) {
      assertStopped("a.js:2", script.failure().orElseThrow(), beganNanos);
    }
  }

  @Test
  void andASleep() {
    assertStopped("a.py", "\nimport time\ntime.sleep(1000)");
  }

  @Test
  void leavingIsNoEnd() {
    ScriptException left = mistake("a.py", "import sys\nsys.exit(3)");
    assertTrue(left.getMessage().contains("it ends by itself"), left.getMessage());
  }

  @Test
  void aMistakeInTheTextIsToldWithItsLine() {
    assertTrue(
        mistake("a.js", "const a = 1;\nconst b = ;")
            .getMessage()
            .startsWith("a.js:2: SyntaxError"));
    assertTrue(mistake("a.py", "a = 1\nb = = 2").getMessage().startsWith("a.py:2: SyntaxError"));
  }

  @Test
  void whatAScriptPrintsIsSaidInItsName() {
    try (Scripted one =
            Scripted.of("a.js", "console.log('one', 2); clockwork.log({ a: [1] });", "", 1).run();
        Scripted other =
            Scripted.of("a.py", "print('one', 2)\nclockwork.log({'a': [1]})", "", 1).run()) {
      assertEquals(List.of("one 2", "{\"a\":[1]}"), one.lines);
      assertEquals(List.of("one 2", "{'a': [1]}"), other.lines);
    }
  }

  private static void assertStopped(String name, String text) {
    long beganNanos = cpuNanos();
    assertStopped(name + ":", mistake(name, text).getMessage(), beganNanos);
  }

  private static void assertStopped(String place, String message, long beganNanos) {
    long tookNanos = cpuNanos() - beganNanos;
    assertTrue(message.startsWith(place), message);
    assertTrue(
        message.contains("ran for more than 4 s without returning and was stopped"), message);
    assertTrue(tookNanos < STOPPED_NANOS_MAX, tookNanos + " ns");
  }

  /** Of this thread, which is the script's: on a busy machine the clock says more. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static ScriptException mistake(String name, String text) {
    return assertThrows(ScriptException.class, () -> Scripted.of(name, text, "", 1).close());
  }
}
