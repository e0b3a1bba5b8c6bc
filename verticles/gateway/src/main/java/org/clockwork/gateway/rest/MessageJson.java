package org.clockwork.gateway.rest;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.MessageOrBuilder;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * A protocol's message as JSON with the same names. Protobuf's own form of JSON writes 64-bit
 * integers as strings, where clients of this protocol expect numbers.
 */
final class MessageJson {
  private MessageJson() {}

  /** With every field, but for messages that are absent. */
  static JsonObject write(MessageOrBuilder message) {
    JsonObject json = new JsonObject();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (!field.hasPresence() || message.hasField(field)) {
        Object value = message.getField(field);
        json.put(
            field.getName(),
            field.isMapField()
                ? map((List<?>) value)
                : field.isRepeated() ? array((List<?>) value) : single(value));
      }
    }
    return json;
  }

  private static JsonArray array(List<?> values) {
    JsonArray array = new JsonArray();
    values.forEach(value -> array.add(single(value)));
    return array;
  }

  /** A map is a list of messages with a key, which is a string in this protocol, and a value. */
  private static JsonObject map(List<?> entries) {
    JsonObject map = new JsonObject();
    for (Object each : entries) {
      MapEntry<?, ?> entry = (MapEntry<?, ?>) each;
      map.put((String) entry.getKey(), single(entry.getValue()));
    }
    return map;
  }

  private static Object single(Object value) {
    return switch (value) {
      case MessageOrBuilder inner -> write(inner);
      case EnumValueDescriptor word -> word.getName();
      default -> value;
    };
  }
}
