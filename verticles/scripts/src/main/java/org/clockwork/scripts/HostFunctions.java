package org.clockwork.scripts;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;

/**
 * What a script's prelude can call, by name. The preludes give it the shape that is usual in their
 * language; what is meant, and what is refused with which words, stands here once for both. A
 * function that was called wrongly returns a text, {@code "kind: message"}, which the prelude
 * raises; none returns a text otherwise.
 */
final class HostFunctions {
  private final Map<String, Object> functions = new LinkedHashMap<>();

  /** What functions return that have nothing to say; null in both languages. */
  static Object nothing() {
    return null;
  }

  static ProxyArray list(List<String> texts) {
    return ProxyArray.fromList(List.<Object>copyOf(texts));
  }

  void offer(String name, Function<Call, Object> function) {
    ProxyExecutable executable =
        arguments -> {
          try {
            return function.apply(new Call(name, arguments));
          } catch (Wrong wrong) {
            return wrong.text();
          }
        };
    functions.put(name, executable);
  }

  /** Something that stays as it is. */
  void tell(String name, Object value) {
    functions.put(name, value);
  }

  /** All of them, as a script sees them. */
  ProxyObject proxy() {
    return ProxyObject.fromMap(functions);
  }
}
