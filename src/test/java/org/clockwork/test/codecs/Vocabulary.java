package org.clockwork.test.codecs;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What messages can be made of, as their types say it: no case is forgotten by whoever lists. */
final class Vocabulary {
  private Vocabulary() {}

  /**
   * Everything that a message of the type may have inside, at any depth: records, the cases of
   * sealed interfaces, the constants of enums.
   *
   * @param except cases that no message has
   */
  static Set<Object> of(Class<?> type, Set<? extends Type> except) {
    Set<Object> found = new LinkedHashSet<>();
    Set<Type> seen = new LinkedHashSet<>(except);
    Deque<Type> open = new ArrayDeque<>(Set.of(type));
    while (!open.isEmpty()) {
      Type next = open.pop();
      if (!seen.add(next)) {
        continue;
      }
      switch (next) {
        case ParameterizedType generic ->
            open.addAll(Arrays.asList(generic.getActualTypeArguments()));
        case Class<?> leaf when leaf.isSealed() ->
            open.addAll(Arrays.asList(leaf.getPermittedSubclasses()));
        case Class<?> leaf when leaf.isEnum() ->
            found.addAll(Arrays.asList(leaf.getEnumConstants()));
        case Class<?> leaf when leaf.isRecord() -> {
          found.add(leaf);
          for (RecordComponent component : leaf.getRecordComponents()) {
            open.add(component.getGenericType());
          }
        }
        default -> {}
      }
    }
    return found;
  }

  /** What this one message is made of, in the same words; every buffer is handed over as well. */
  static void parts(Object value, Set<Object> found, Consumer<ByteBuffer> buffers) {
    switch (value) {
      case Record whole -> {
        found.add(whole.getClass());
        components(whole).forEach(part -> parts(part, found, buffers));
      }
      case Enum<?> constant -> found.add(constant);
      case ByteBuffer buffer -> buffers.accept(buffer);
      case Collection<?> all -> all.forEach(each -> parts(each, found, buffers));
      case Map<?, ?> all -> all.values().forEach(each -> parts(each, found, buffers));
      case Optional<?> maybe -> maybe.ifPresent(each -> parts(each, found, buffers));
      default -> {}
    }
  }

  private static Stream<Object> components(Record whole) {
    return Arrays.stream(whole.getClass().getRecordComponents())
        .map(
            component -> {
              try {
                return component.getAccessor().invoke(whole);
              } catch (IllegalAccessException | InvocationTargetException e) {
                throw new LinkageError("cannot read " + component, e);
              }
            });
  }
}
