package org.clockwork.controller.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.request.NamedRequest;
import org.clockwork.core.request.RequestId;
import org.junit.jupiter.api.Test;

class ClientNamesTest {
  private final ClientNames names = new ClientNames(3);

  @Test
  void requestsOfOneNameAreFoundTheNewestFirst() {
    learn(1, "a");
    learn(2, "b");
    learn(3, "a");
    assertEquals(List.of(id(3), id(1)), names.bearing("a", 20));
    assertEquals(List.of(id(3)), names.bearing("a", 1));
    assertEquals(List.of(), names.bearing("c", 20));
    assertEquals(Optional.of("b"), names.of(id(2)));
  }

  @Test
  void theOldestAreForgottenForTheNewest() {
    learn(1, "a");
    learn(2, "a");
    learn(3, "b");
    learn(4, "b");
    assertEquals(List.of(id(2)), names.bearing("a", 20));
    assertEquals(Optional.empty(), names.of(id(1)));
    learn(5, "b");
    assertEquals(List.of(), names.bearing("a", 20));
  }

  @Test
  void aRequestKeepsTheNameThatItWasGivenFirst() {
    learn(1, "a");
    learn(1, "b");
    assertEquals(Optional.of("a"), names.of(id(1)));
    assertEquals(List.of(), names.bearing("b", 20));
  }

  private void learn(int number, String name) {
    names.learn(new NamedRequest(id(number), name));
  }

  private static RequestId id(int number) {
    return new RequestId(new GatewayId("G0"), number);
  }
}
