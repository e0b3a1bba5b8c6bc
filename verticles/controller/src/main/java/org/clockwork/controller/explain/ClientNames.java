package org.clockwork.controller.explain;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clockwork.core.request.NamedRequest;
import org.clockwork.core.request.RequestId;

/**
 * Which requests bear which of their clients' own names; as many as stories are remembered, and the
 * oldest are forgotten for the newest. Has one owner, the controller's event loop.
 */
final class ClientNames {
  private final int capacity;
  private final LinkedHashMap<RequestId, String> names = new LinkedHashMap<>();
  private final Map<String, Deque<RequestId>> requests = new HashMap<>();

  ClientNames(int capacity) {
    this.capacity = capacity;
  }

  void learn(NamedRequest named) {
    if (names.putIfAbsent(named.request(), named.name()) != null) {
      return;
    }
    requests.computeIfAbsent(named.name(), _ -> new ArrayDeque<>(1)).addLast(named.request());
    if (names.size() > capacity) {
      forget(names.pollFirstEntry().getValue());
    }
  }

  /** The oldest of all is the oldest of its name, too. */
  private void forget(String name) {
    requests.computeIfPresent(
        name,
        (_, bearers) -> {
          bearers.removeFirst();
          return bearers.isEmpty() ? null : bearers;
        });
  }

  Optional<String> of(RequestId request) {
    return Optional.ofNullable(names.get(request));
  }

  /** The newest first, at most so many. */
  List<RequestId> bearing(String name, int atMost) {
    Deque<RequestId> bearers = requests.get(name);
    if (bearers == null) {
      return List.of();
    }
    return bearers.reversed().stream().limit(atMost).toList();
  }
}
