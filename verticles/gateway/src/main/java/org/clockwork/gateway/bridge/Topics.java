package org.clockwork.gateway.bridge;

import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who listens where. However many clients of a door listen at an address, the cluster sees one
 * listener: those come and go with every page that somebody opens. Belongs to the door's event
 * loop.
 */
final class Topics {
  private final EventBus bus;
  private final Map<String, Topic> topics = new HashMap<>();

  private record Topic(MessageConsumer<Object> consumer, Set<Conversation> listeners) {}

  Topics(EventBus bus) {
    this.bus = bus;
  }

  void add(String address, Conversation listener) {
    topics.computeIfAbsent(address, this::open).listeners().add(listener);
  }

  void remove(String address, Conversation listener) {
    Topic topic = topics.get(address);
    if (topic != null && topic.listeners().remove(listener) && topic.listeners().isEmpty()) {
      topics.remove(address);
      topic.consumer().unregister();
    }
  }

  private Topic open(String address) {
    return new Topic(bus.consumer(address, this::on), new LinkedHashSet<>());
  }

  private void on(Message<Object> message) {
    Topic topic = topics.get(message.address());
    if (topic != null) {
      // A copy: one that is too slow leaves while this goes on.
      List.copyOf(topic.listeners())
          .forEach(listener -> listener.published(message.address(), message.body()));
    }
  }
}
