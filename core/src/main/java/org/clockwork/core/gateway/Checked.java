package org.clockwork.core.gateway;

import java.util.function.Function;

/** The result of looking at something a client sent: it is good, or here is what is wrong. */
sealed interface Checked<T> {

  record Good<T>(T value) implements Checked<T> {}

  record Bad<T>(Rejection rejection) implements Checked<T> {}

  /** The next check, where this one found nothing wrong. */
  default <R> Checked<R> then(Function<T, Checked<R>> next) {
    return switch (this) {
      case Good<T>(T value) -> next.apply(value);
      case Bad<T>(Rejection rejection) -> new Bad<>(rejection);
    };
  }
}
